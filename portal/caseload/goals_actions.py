"""How the goals of a person turned out."""

from collections.abc import Mapping, Sequence

from portal.core import audit, clock
from portal.core.viewer import Viewer
from portal.people.models import Goal, Person


def set_results(person: Person, goals: Sequence[Goal], results: Mapping[str, str | None], *, by: Viewer) -> int:
    """Keep what is said of goals, by their ids. Gives how many changed; the audit chain keeps ids and codes alone."""
    changed = {str(goal.id): results.get(str(goal.id)) for goal in goals if goal.result != results.get(str(goal.id))}
    for goal in goals:
        if str(goal.id) in changed:
            goal.result = changed[str(goal.id)]
            goal.result_at = clock.now() if goal.result else None
    if changed:
        audit.record("person.goals", person, by=by, details={"results": changed})
    return len(changed)
