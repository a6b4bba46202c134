"""What `crm help expressions` says; each example is parsed and compiled by the tests."""

from __future__ import annotations

from crmcli.frozen import frozen


@frozen
class Topic:
    """One section: what it is about, what to know, and examples as (expression, what it means)."""

    title: str
    text: str
    examples: tuple[tuple[str, str], ...]


HELP: tuple[Topic, ...] = (
    Topic(
        "Properties and values",
        "A bare word is a property: its internal name, its role (name owner stage amount status closed created …) "
        "or an alias; its label stands in quotes on the left. A text stands in quotes, \"so\" or 'so'. After a "
        "property with options a bare word is an option first, by value or label. Words are read in any case. "
        "Text is compared without regard to case (English letters fast, others a little slower).",
        (
            ("amount > 10000", "number and money, exact"),
            ('"Deal name" = "Big one"', "a label on the left, a text on the right"),
            ("stage in (closedwon, closedlost)", "one of several"),
            ("stage not in (closedwon, closedlost)", "none of them"),
            ("owner = me", "a user: an id, a name, an e-mail, or me"),
            ("amount between 1000 and 5000", "both ends included"),
            ("amount is known and closedate is unknown", "set, not set"),
        ),
    ),
    Topic(
        "Text",
        "~ takes a regular expression, by RE2: linear in time, without lookahead and backreferences; it regards "
        "case unless it begins with (?i).",
        (
            ('name contains "renewal"', "anywhere in it"),
            ('name starts with "Big" or name ends with "2026"', "at its ends"),
            ('name ~ "^Q[1-4] "', "a regular expression"),
        ),
    ),
    Topic(
        "Dates",
        "A day or a period is a whole: = is within it, > after it, <= not after it. Days begin at midnight in the "
        "workspace's zone, weeks on Monday. Lengths: 30d, 2w, 1m, 1y and, for moments, 3h or 1h30m; months and "
        "years are the calendar's, the 31st becoming the last of a shorter month. last 7 days end today, next 7 "
        "days begin today. A fiscal year begins with the month that crm.toml says (fiscal_year_starts) and is "
        "named by the year in which it ends.",
        (
            ("createdate >= today - 30d", "since the beginning of that day"),
            ("closedate in this month", "also last, next; day week month quarter year"),
            ("closedate in last 7 days", "also weeks, months, quarters, years"),
            ("closedate in 2026-Q4 or closedate = 2026-11-03", "also 2026, 2026-11"),
            ("closedate between 2026-11-01 and 2026-11-30", "the last day is included"),
            ("closedate in this fiscal quarter", "also year, last, next; fiscal 2026, fiscal 2026-Q2"),
            ("now - createdate > 12h", "a length of time"),
            ("month(closedate) = month(today)", "its first day; also day, week, quarter, year"),
            ("months(createdate, closedate) > 3", "how many lie between; also days, weeks …"),
        ),
    ),
    Topic(
        "Associated records",
        "A singular is the primary one, or the first where the pair has no primary; a plural needs to be told "
        "which: any, all, count, sum, min, max, avg, first, latest (by created date). A label in [ ] is as the "
        "record's own page shows it, in quotes where it has blanks. any, all, count are never unknown; over "
        "nothing any is no, all is yes, count and sum are 0, min, max, avg are unset. Money of several currencies "
        "has no sum.",
        (
            ('company.industry = "Computer Software"', "of the primary company"),
            ('any(contacts, email ends with "@acme.com")', "at least one of them"),
            ("all(contacts, email is known)", "every one of them"),
            ("count(contacts) > 2", "how many; count(contacts, CONDITION) of those"),
            ("sum(company.deals, amount) > 100000", "a path that ends in a plural"),
            ("max(company.deals.amount) > amount", "the property may stand in the path"),
            ("latest(contacts, firstname) is known", "of the one created last"),
            ("latest(contacts, email, phone is known, lastname) is known", "of those with a phone, the last by name"),
            ('join(contacts, email) contains "@acme.com"', "their texts, with commas between"),
        ),
    ),
    Topic(
        "Activities",
        "activities are the calls, emails, meetings, notes, tasks and messages of a record together. Of each there is "
        "object, at, until, name, text, owner, outcome, direction, status, kind, channel, priority; closed says that "
        "its status ends it, contacting that it counts as contact with a person (its schema says so). Past is at <= "
        "now.",
        (
            ("count(activities, at >= today - 30d) = 0", "nothing for a month, and nothing planned"),
            ("max(activities, at, contacting and at <= now) < today - 2w", "last contacted"),
            ("min(activities, at, at > now and not closed) is unknown", "no next activity"),
            ("any(activities, object = call and outcome = Connected)", "calls alone"),
        ),
    ),
    Topic(
        "Stages and their history",
        "Of the stages of a pipeline: entered(STAGE) and exited(STAGE) are moments, of the last time; time_in(STAGE) "
        "is all time there, up to now while it lasts, latest_time_in(STAGE) the last stay that has ended; "
        "entered() and time_in_stage() are of the present stage, as are probability() and closed(), which goes by the "
        "status where there are no stages. The history tells them; what was set --at a past moment counts from there.",
        (
            ("entered(closedwon) in this quarter", "won this quarter"),
            ("time_in_stage() > 30d and not closed()", "stands still"),
            ('time_in("Contract Sent") > 2 * time_in(qualifiedtobuy)', "by label or id"),
            ("amount * probability() > 1000", "its weighted amount"),
        ),
    ),
    Topic(
        "What was",
        "The journal keeps what every property held. was VALUE, or was ever VALUE, is true of the present value too, "
        "was never VALUE is the opposite. Behind it may stand how often it came to be so (more than 2 times, less "
        "than, at least, at most) and when: in PERIOD, or between two days. The value that a record was created "
        "with counts as having come then. changes(PROPERTY) counts its changes, changes(PROPERTY, PERIOD) those "
        "within a period, changed(PROPERTY) is the moment of the last one. What was undone counts for nothing, but "
        "for was VALUE alone.",
        (
            ('name was "Pilot"', "has it now, or ever had it"),
            ("stage was never closedlost", "not once"),
            ("stage was closedwon in last quarter", "at some time in it"),
            ("stage was qualifiedtobuy between 2026-01-01 and 2026-03-31", "the last day is included"),
            ("stage was appointmentscheduled more than 2 times", "it went back there"),
            ("changes(closedate, last 90 days) > 3", "put off again and again"),
            ("changed(owner) >= today - 1w", "given to somebody else this week"),
        ),
    ),
    Topic(
        "Segments",
        "in segment(NAME) is true of a record that is in a segment of its object; before it may stand an associated "
        "record. A segment may name others, but not in a circle. It is never unknown. crm segment list names them.",
        (
            ('in segment("Big deals") and owner = me', "itself"),
            ('company in segment("Key accounts")', "its primary company"),
            ('any(contacts, not in segment("Hot leads"))', "one of its contacts is not"),
        ),
    ),
    Topic(
        "Calculations",
        "+ - * / are exact: sums keep all decimals, products up to 9, quotients 6, halves rounded away from zero; "
        "division by 0 is unset. A comparison with an unset value is unknown, as is its opposite by not; only the "
        "whole filter takes unknown for no. round(x) and round(x, 2), coalesce(a, b) is the first known, "
        "concat(…) joins texts.",
        (
            ("amount * 0.2 > 500", "a fifth"),
            ("coalesce(amount, 0) + 100 >= 1000", "0 where it is unset"),
            ("round(amount / 12, 2) > 99.99", "a monthly share"),
            ("converted(amount) > 1000", "in our currency, by [rates] in crm.toml"),
            ("(if stage = closedwon then amount else 0) > 0", "a choice; without else it is unset"),
            ('concat(name, " ", amount) contains "5"', "texts joined"),
            ("not (stage = closedwon or amount < 100)", "and, or, not, ( )"),
        ),
    ),
)
