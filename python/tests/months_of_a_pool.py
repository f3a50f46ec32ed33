"""Two months of six loans: tapes, deals and reasons, as the tests of the command have them."""

from __future__ import annotations

SHAPE = "6loans+pool+roll"
DATES = ["2018-02-28", "2018-03-31", "2018-04-30"]
_HEADER = "id,balance,rate,ltv,term,grade,status\n"
# In March the first fell by 50, the second is in default, the third was charged off, the fourth was paid, the
# fifth got interest of 10, and the sixth is new.
TAPES = [
    _HEADER + rows
    for rows in (
        "L1,1000,5,60,24,A,current\nL2,500,6,70,12,B,current\nL3,250,7,80,36,B,current\n"
        "L4,300,5,50,1,A,current\nL5,200,5,50,2,A,current\n",
        "L1,950,5,58,23,A,current\nL2,500,6,70,11,B,default\nL4,0,5,50,0,A,paid\n"
        "L5,210,5,50,1,A,current\nL6,150,6,65,60,B,current\n",
        "L1,900,5,57,22,A,current\nL2,500,6,70,10,B,default\nL6,150,6,65,59,B,current\n",
    )
]
# Why loans are gone or owe more, in the month to each date.
REASONS: list[dict[str, str]] = [{}, {"L3": "charged-off", "L5": "capitalised"}, {"L5": "paid"}]
LIMITS = [
    "",
    "collected_min = 350\ncharged_off_max = 0.112\nrepurchased_max = 0\ncapitalised_max = 0.0045\nadvanced_max = 0\n"
    "newly_delinquent_max = 0\nadded_max = 0.09\n",
    "collected_min = 260\ncharged_off_max = 0\nrepurchased_max = 0\ncapitalised_max = 0\nadvanced_max = 0\n"
    "added_max = 0\n",
]


def text_of(cut_off: str, rest: str) -> str:
    """A deal of a date, and what it says besides."""
    return f"""name = "d"
[tape]
version = 2
cut_off = "{cut_off}"
currency = "EUR"
columns = ["rate", "ltv", "term", "grade", "status"]
grades = ["A", "B", "defaulted"]
[tape.scale]
rate = "percent"
ltv = "percent"
[tape.status]
current = ["current"]
default = ["default"]
paid = ["paid"]
[tape.ids]
[claims]
loans_min = 1
{rest}"""


def deal(month: int) -> str:
    """The deal of a date, with the month before it but for the first."""
    of_month = f'[month]\nfrom = "{DATES[month - 1]}"\nmoves = ["ltv"]\n{LIMITS[month]}' if month else ""
    return text_of(DATES[month], of_month)


def reasons(month: int) -> str:
    """The reasons of a month as a CSV."""
    return "id,reason\n" + "".join(f"{loan},{reason}\n" for loan, reason in REASONS[month].items())
