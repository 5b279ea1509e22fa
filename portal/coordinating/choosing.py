"""Which groups of an area a question goes to: all of them, those that help with something, those of a place, or ticked ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.coordinating.areas import Patch, patch_for
from portal.coordinating.forms import ChooseForm
from portal.coordinating.groups import Group, groups_of, needs_of
from portal.coordinating.models import GroupQuestion
from portal.coordinating.questions import chosen_of
from portal.core.viewer import Viewer
from portal.directory.needs import NEEDS


@dataclass(frozen=True)
class Choosing:
    """What there is to choose from for one draft."""

    patch: Patch
    groups: Sequence[Group]
    needs_of: dict[UUID, frozenset[str]]
    form: ChooseForm

    @property
    def wanted(self) -> list[UUID]:
        """The groups that the form names; empty where it names none."""
        form = self.form
        if form.who.data == "all":
            return [one.id for one in self.groups]
        if form.who.data == "need":
            return [one.id for one in self.groups if form.need.data in self._needs(one)]
        if form.who.data == "place":
            here = {one.id for one in self.patch.neighbourhoods if one.slug == form.place.data}
            return [one.id for one in self.groups if here & one.places]
        return [one.id for one in self.groups if str(one.id) in form.ticked]

    def _needs(self, group: Group) -> frozenset[str]:
        return frozenset().union(*(self.needs_of.get(one.id, frozenset()) for one in group.listings))

    def names_of(self, places: frozenset[UUID]) -> list[str]:
        """Names of neighbourhoods."""
        return [one.name for one in self.patch.neighbourhoods if one.id in places]


def choosing_for(viewer: Viewer, question: GroupQuestion) -> Choosing:
    """The groups of the area of a draft, or of its team, with the form. About seven statements.

    Raises NotFound where it is no longer theirs.
    """
    patch = patch_for(viewer, question.area, question.team_id)
    groups = groups_of(patch)
    needs = needs_of([one.id for group in groups for one in group.listings])
    known = {need for every in needs.values() for need in every}
    labels = sorted(((one, str(NEEDS[one].label)) for one in known if one in NEEDS), key=lambda pair: pair[1])
    places = [(one.slug, one.name) for one in patch.neighbourhoods]
    return Choosing(patch, groups, needs, ChooseForm.of(labels, places, chosen_of(question)))
