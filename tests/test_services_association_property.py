"""Whatever is linked, labelled, deleted, restored and undone: limits, one primary, no circles, both ends equal."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crmcli.errors import CrmError
from crmcli.services.association_refusals import AssociationRule
from crmcli.services.associations import LinkRequest, link, unlink
from crmcli.services.records import Targets, delete, restore
from crmcli.services.references import Ref
from office import made, make_office, reopened

COUNT = 3
COMPANIES = [Ref("company", n) for n in range(1, COUNT + 1)]
PEOPLE = [Ref("contact", n) for n in range(1, COUNT + 1)]
ANYONE = st.sampled_from(COMPANIES + PEOPLE)
SCHEMA = "associations:\n  company: {limit: 2}\n  contact:\n    labels:\n      Mentor: {inverse: Protege, limit: 1}\n"
LABELS = {
    ("company", "company"): [None, "Parent Company", "Child Company"],
    ("contact", "contact"): [None, "Manager", "Mentor", "Protege"],
    ("contact", "company"): [None, "Billing Contact"],
    ("company", "contact"): [None, "Billing Contact"],
}
INVERSE = {"Manager": "Employee", "Mentor": "Protege", "Parent Company": "Child Company"}
INVERSE |= {inverse: name for name, inverse in INVERSE.items()}


class Office(RuleBasedStateMachine):
    """People and companies with limits, a label of one and a label without circles."""

    @initialize()
    def begin(self):
        """A fresh workspace for each run."""
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        (Path(make_office(path).root) / "schemas").mkdir(exist_ok=True)
        (path / "office" / "schemas" / "contact.yaml").write_text(SCHEMA)
        self.office = reopened(path)
        for number in range(1, COUNT + 1):
            made(self.office, "company", f"name=Company {number}")
            made(self.office, "contact", f"firstname=Person{number}")

    def teardown(self):
        """Throw the workspace away."""
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def there(self, ref):
        return self.office.store.exists(ref.object_name, ref.id)

    def read(self, ref):
        """What a record is associated with: reference → labels, primary."""
        found = self.office.store.associations(ref.object_name, ref.id)
        return {Ref(each.other_object, each.other_id): (each.labels, each.primary) for each in found}

    @rule(a=ANYONE, b=ANYONE, data=st.data(), move=st.booleans(), primary=st.booleans())
    def link(self, a, b, data, move, primary):
        """Associate two records somehow, or be refused and change nothing."""
        label = data.draw(st.sampled_from(LABELS[a.object_name, b.object_name]))
        before = {ref: self.read(ref) for ref in COMPANIES + PEOPLE}
        try:
            link(self.office, LinkRequest(a, b, label, primary=primary and a.object_name != b.object_name, move=move))
        except CrmError:
            assert before == {ref: self.read(ref) for ref in COMPANIES + PEOPLE}
            return
        labels, _ = self.read(a)[b]
        assert label is None or label in labels

    @rule(a=ANYONE, b=ANYONE, data=st.data())
    def unlink(self, a, b, data):
        """Take an association or a label away."""
        label = data.draw(st.sampled_from(LABELS[a.object_name, b.object_name]))
        try:
            unlink(self.office, LinkRequest(a, b, label))
        except CrmError:
            return
        after = self.read(a).get(b)
        assert after is None if label is None else label not in after[0]

    @rule(ref=ANYONE)
    @precondition(lambda self: sum(map(self.there, COMPANIES + PEOPLE)) > COUNT)
    def delete_or_restore(self, ref):
        """Delete a record that is there, or try to bring it back."""
        if self.there(ref):
            delete(self.office, Targets((ref,)))
            return
        try:
            restore(self.office, [str(ref)])
        except AssociationRule:
            assert not self.there(ref)

    @invariant()
    def the_rules_hold(self):
        """Limits, one primary, both ends equal."""
        if not hasattr(self, "office"):
            return
        for ref in filter(self.there, COMPANIES + PEOPLE):
            links = self.read(ref)
            for other, (labels, primary) in links.items():
                back, primary_back = self.read(other)[ref]
                assert {INVERSE.get(label, label) for label in labels} == set(back)
                assert primary == primary_back
            words = [label for labels, _ in links.values() for label in labels]
            firms = [mine for other, mine in links.items() if other.object_name == "company"]
            if ref in PEOPLE:
                assert len(firms) <= 2
                assert sum(primary for _, primary in firms) <= 1
                assert words.count("Mentor") <= 1
            else:
                assert words.count("Child Company") <= 1

    @invariant()
    def no_company_is_its_own_parent(self):
        """Up the parents there is an end."""
        if not hasattr(self, "office"):
            return
        for ref in filter(self.there, COMPANIES):
            here, steps = [ref], 0
            while here:
                here = [o for one in here for o, (labels, _) in self.read(one).items() if "Child Company" in labels]
                steps += 1
                assert steps <= COUNT


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=6, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
