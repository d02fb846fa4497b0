"""Checkpoints: a folder with policy.safetensors and card.json, which opening never lets run code.

The card is validated by schema, the weights by size before parsing, and by hash, names, shapes and finiteness after.
"""

import hashlib
import platform
import reprlib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import safetensors.numpy
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from safetensors import SafetensorError

from agents.policy import NeuralPolicy
from arena.catalog import is_installed, load_game, not_installed
from arena.errors import ArenaError
from arena.files import read_json, write_bytes, write_json
from arena.game import Game, combinations
from arena.player import Player

WEIGHTS, CARD = "policy.safetensors", "card.json"
FILE_LIMIT_BYTES = 64 << 20
HEADER_LIMIT_BYTES = 256 << 10
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
                raise ValueError(f"{_shown(name)} is {fault}")
        return parameters


class NetworkCard(_Strict):
    """The shape of a policy: one perceptron per seat."""

    inputs: int = Field(ge=1, le=100_000)
    hidden: list[int] = Field(max_length=16)
    outputs: int = Field(ge=1, le=100_000)
    normed: bool


class Card(_Strict):
    """What is to be known of a checkpoint without opening its weights."""

    format: Literal[1]
    scenario: ScenarioCard
    seats: list[str] = Field(max_length=1000)
    sides: list[str] = Field(min_length=1, max_length=1000)  # the sides it can hold
    algorithm: str = Field(max_length=64)
    network: NetworkCard
    head: Literal["soft", "hard", "product"]
    act: Literal["sample", "greedy"]
    step: int = Field(ge=0)
    member: int = Field(ge=0)
    parent: str | None = Hash  # weights it was trained from
    configuration: dict[str, Any]
    versions: dict[str, str]
    sha256: str = Hash  # of the weights file


def versions() -> dict[str, str]:
    """The versions that a checkpoint or a ledger notes down."""
    packages = ("marl-arena", "torch", "numba", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def save(folder: Path, tensors: Mapping[str, np.ndarray], **entries: Any) -> Card:
    """Writes a checkpoint: the weights w.k [A, I, H] and b.k [A, H] first, then the card that vouches for them.

    `entries` are the fields of the Card that do not follow from the weights. ArenaError if the weights are not finite.
    """
    if not all(np.isfinite(t).all() for t in tensors.values()):
        raise ArenaError(f"{folder}: the weights are not finite, training has diverged; nothing was saved")
    data = safetensors.numpy.save({k: np.ascontiguousarray(v) for k, v in tensors.items()})
    if len(data) > FILE_LIMIT_BYTES:
        raise ArenaError(
            f"{folder}: the policy is larger than {FILE_LIMIT_BYTES >> 20} MiB; take smaller hidden layers"
        )
    card = Card(format=1, versions=versions(), sha256=hashlib.sha256(data).hexdigest(), **entries)
    write_bytes(folder / WEIGHTS, data)
    write_json(folder / CARD, card.model_dump())
    return card


def folders_of(run: Path) -> list[Path]:
    """The checkpoint folders checkpoints/STEP/MEMBER of a run, by step and member."""
    cards = run.glob(f"checkpoints/*/*/{CARD}")
    found = [card.parent for card in cards if card.parent.name.isdecimal() and card.parent.parent.name.isdecimal()]
    return sorted(found, key=lambda folder: (int(folder.parent.name), int(folder.name)))


def load(folder: Path, name: str = "", act: str = "", named: Game | None = None) -> tuple[Player, Game, Card]:
    """The player of a checkpoint, the game it plays, and its card; `act` overrides the card's rule.

    `named` is a game that the user has named: a card alone has nothing imported that is not installed. Raises
    ArenaError with what is wrong with which file.
    """
    card = read_card(folder)
    game = find_game(folder, card, named)
    policy = NeuralPolicy.of(read_weights(folder, card), card.network.normed, card.head, act or card.act, game)
    player = Player(name or folder.name, content_hash(card, game, policy.act_rule), policy, tuple(card.sides))
    return player, game, card


def content_hash(card: Card, game: Game, act: str) -> str:
    """The hash a player is known by: everything that its play depends on, and nothing else."""
    parts = [card.sha256, game.identity, card.head, act, card.network.model_dump_json(), ",".join(card.sides)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


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
    where = _shown(".".join(str(part) for part in first["loc"]) or "the card")
    return ArenaError(f"{path}: {where}: {first['msg']}")


def _shown(text: str) -> str:
    """What stands in a foreign file, short and harmless for a terminal."""
    return text.encode("unicode_escape").decode()[:100]


def find_game(folder: Path, card: Card, named: Game | None = None) -> Game:
    """The game that a card names, with its parameters, checked against the card."""
    game = _loaded(folder, card, named)
    if game.version != card.scenario.version:
        raise ArenaError(
            f"{folder / CARD}: made for {game.name} version {card.scenario.version}, "
            f"but version {game.version} is installed; train it anew"
        )
    for what, found, own in _compared(card, game):
        if found != own:
            found, own = reprlib.repr(found), reprlib.repr(own)
            raise ArenaError(f"{folder / CARD}: {what} {found} do not fit {game.name}, which has {own}")
    return game


def _loaded(folder: Path, card: Card, named: Game | None) -> Game:
    name, parameters = card.scenario.name, card.scenario.parameters
    if named is not None and name == named.name and parameters == named.parameters:
        return named
    if is_installed(name):
        try:
            return load_game(name, **parameters)
        except ArenaError as error:
            raise ArenaError(f"{folder / CARD}: {error}") from None
    if named is None:
        raise ArenaError(f"{folder / CARD}: {not_installed(name)}")
    own, other = (name, named.name) if name != named.name else (str(parameters), str(named.parameters))
    raise ArenaError(f"{folder / CARD}: made for {_shown(own)}, not {_shown(other)}; leave it out")


def _compared(card: Card, game: Game) -> Iterator[tuple[str, Any, Any]]:
    """What the card says and what the game has; the seats first, so that a cast without end is not looked at twice."""
    yield "seats", card.seats, [seat.name for seat in game.seats]
    yield "sides", card.sides, [side for side in game.sides if side in card.sides]
    yield "network inputs", card.network.inputs, game.observation_width
    products = max(combinations(seat.heads) for seat in game.seats)
    yield "network outputs", card.network.outputs, products if card.head == "product" else game.action_width


def read_weights(folder: Path, card: Card) -> dict[str, np.ndarray]:
    """The checked weights of a checkpoint."""
    path = folder / WEIGHTS
    data = _read_bounded(path)
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise ArenaError(f"{path}: damaged or replaced: its SHA-256 is not the one on the card")
    try:
        tensors = safetensors.numpy.load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise ArenaError(f"{path}: not a safetensors file: {_shown(str(error))}") from None
    shapes = _shapes(card)
    if missing := sorted(set(shapes) - set(tensors)):
        raise ArenaError(f"{path}: tensors are missing: {', '.join(missing)}")
    if extra := sorted(set(tensors) - set(shapes)):
        raise ArenaError(f"{path}: unexpected tensors: {reprlib.repr(extra)}")
    for key, shape in shapes.items():
        if tensors[key].shape != shape or tensors[key].dtype != np.float32:
            raise ArenaError(
                f"{path}: {key} is {tensors[key].dtype} {tensors[key].shape}, the card says float32 {shape}"
            )
        if not np.isfinite(tensors[key]).all():
            raise ArenaError(f"{path}: {key} holds NaN or infinity; this policy cannot play")
    return tensors


def _read_bounded(path: Path) -> bytes:
    """The bytes of a weights file, once its size and the size of its header are known to be sane."""
    try:
        if path.exists() and not path.is_file():
            raise ArenaError(f"{path}: not a regular file")
        if path.stat().st_size > FILE_LIMIT_BYTES:
            raise ArenaError(f"{path}: larger than {FILE_LIMIT_BYTES >> 20} MiB, the limit for a policy")
        data = path.read_bytes()
    except FileNotFoundError:
        raise ArenaError(f"{path} does not exist; a checkpoint holds {WEIGHTS} and {CARD}") from None
    except OSError as error:
        raise ArenaError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) < 8 or int.from_bytes(data[:8], "little") > min(HEADER_LIMIT_BYTES, len(data) - 8):
        raise ArenaError(f"{path}: truncated, or not a safetensors file")
    return data


def _shapes(card: Card) -> dict[str, tuple[int, ...]]:
    """The tensors that a card promises."""
    widths = [card.network.inputs, *card.network.hidden, card.network.outputs]
    seats = len(card.seats)
    shapes: dict[str, tuple[int, ...]] = {}
    for k in range(len(widths) - 1):
        shapes |= {f"w.{k}": (seats, widths[k], widths[k + 1]), f"b.{k}": (seats, widths[k + 1])}
    return shapes
