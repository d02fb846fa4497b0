"""The card of a checkpoint: what is to be known of it without opening its weights, validated by schema."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from arena.errors import ArenaError
from arena.files import read_json

CARD = "card.json"
Hash = Field(pattern=r"^[0-9a-f]{64}$")
LONGEST_TEXT = 10_000  # of a parameter
LARGEST_COUNT = 100_000  # in the parameters of a scenario: a card cannot ask for a cast without end


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def out_of_range(value: Any) -> str:
    """Why a card does not hold `value` as a parameter of a game, or nothing."""
    if isinstance(value, int) and abs(value) > LARGEST_COUNT:
        return f"beyond {LARGEST_COUNT}"
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"longer than {LONGEST_TEXT} characters"
    return ""


class ScenarioCard(_Strict):
    """The game a policy was trained for."""

    name: str = Field(max_length=200)
    version: int
    parameters: dict[str, bool | int | float | str]

    @field_validator("parameters")
    @classmethod
    def _are_in_range(cls, parameters: dict[str, Any]) -> dict[str, Any]:
        for name, value in parameters.items():
            if fault := out_of_range(value):
                raise ValueError(f"{shown(name)} is {fault}")
        return parameters


class NetworkCard(_Strict):
    """The shape of a policy: one perceptron per seat."""

    inputs: int = Field(ge=1, le=100_000)
    hidden: list[int] = Field(max_length=16)
    outputs: int = Field(ge=1, le=100_000)
    normed: bool
    atoms: int = Field(default=0, ge=0, le=1_000)  # of distributions over values; 0: values
    recurrent: bool = False  # the last hidden layer is a GRU

    @property
    def layers(self) -> list[tuple[int, int]]:
        """The inputs and outputs of each layer; a GRU is two, of three gates: what comes in, and the memory."""
        pairs = list(pairwise([self.inputs, *self.hidden, self.outputs]))
        if self.recurrent:
            inputs, width = pairs[-2]
            pairs[-2:-1] = [(inputs, 3 * width), (width, 3 * width)]
        return pairs

    @model_validator(mode="after")
    def _has_room_for_memory(self) -> "NetworkCard":
        if self.recurrent and not self.hidden:
            raise ValueError("recurrent without a hidden layer")
        return self


class PartCard(_Strict):
    """The networks of the seats that one learner trained, and how they act."""

    algorithm: str = Field(max_length=64)
    seats: list[str] = Field(min_length=1, max_length=1000)
    network: NetworkCard
    head: Literal["soft", "hard", "product"]
    act: Literal["sample", "greedy"]
    ensemble: int = Field(default=1, ge=1, le=100)  # policies of each seat, one of which is drawn for each game


class Card(_Strict):
    """What is to be known of a checkpoint without opening its weights."""

    format: Literal[2]
    scenario: ScenarioCard
    seats: list[str] = Field(max_length=1000)
    sides: list[str] = Field(min_length=1, max_length=1000)  # the sides it can hold
    parts: list[PartCard] = Field(min_length=1, max_length=1000)
    step: int = Field(ge=0)
    member: int = Field(ge=0)
    parent: str | None = Hash  # weights it was trained from
    configuration: dict[str, Any]
    versions: dict[str, str]
    sha256: str = Hash  # of the weights file

    def acting(self, rule: str) -> "Card":
        """The card with another rule by which all its parts act; as it is for an empty one."""
        if not rule:
            return self
        return self.model_copy(update={"parts": [part.model_copy(update={"act": rule}) for part in self.parts]})


def versions() -> dict[str, str]:
    """The versions that a checkpoint or a ledger notes down."""
    packages = ("marl-arena", "torch", "numba", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def read_card(folder: Path) -> Card:
    """The validated card of a checkpoint folder."""
    path = folder / CARD
    try:
        return Card.model_validate(read_json(path))
    except ValidationError as error:
        raise _refusal(path, error) from None


def scenario_card(spec: Mapping[str, Any], path: Path) -> ScenarioCard:
    """What the specification of the ledger at `path` says of its game."""
    try:
        return ScenarioCard(name=spec["scenario"], version=spec["version"], parameters=spec["parameters"])
    except ValidationError as error:
        raise _refusal(path, error) from None


def _refusal(path: Path, error: ValidationError) -> ArenaError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["loc"] == ("format",):
        return ArenaError(f"{path}: format: {first['msg']}; train it anew with this version of marl-arena")
    where = shown(".".join(str(part) for part in first["loc"]) or "the card")
    return ArenaError(f"{path}: {where}: {first['msg']}")


def shown(text: str) -> str:
    """What stands in a foreign file, short and harmless for a terminal."""
    return text.encode("unicode_escape").decode()[:100]
