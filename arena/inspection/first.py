"""A first look at a scenario's file, before it is trained or played: what would spoil either without being noticed."""

from arena.errors import ArenaError, blame
from arena.finding import file_of
from arena.inspection.checks import numbers, started
from arena.inspection.look import Wrong
from arena.scenario import Scenario


def look_first(scenario: Scenario) -> None:
    """ArenaError if observations have not their width, so that memory is overwritten, or something is not finite."""
    try:
        started(scenario)
        numbers(scenario)
    except Wrong as error:
        file = file_of(scenario.module)
        raise ArenaError(f"{file}: {error}; arena check scenario {file} looks closer") from None
    except ArenaError:
        raise
    except Exception as error:  # whatever the scenario's functions raise
        raise ArenaError(blame(error, scenario.module.__file__)) from None
