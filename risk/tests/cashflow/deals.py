#!/usr/bin/env python3
"""Computes six deals apart from the Rust code, and writes `deals.json` beside this file.

Level payments are QuantLib's sinking notionals, discount factors and yields are QuantLib's, and
all other shares are floating point. Only the rounding is that of the book's chapter "Cash flows of
a pool". Each deal's waterfall is written out by hand here: there is no engine.

    pip install QuantLib==1.44 numpy==2.4.6
    python deals.py
"""

import json
import math
import tomllib
from fractions import Fraction
from pathlib import Path

import numpy as np
import QuantLib as ql

HERE = Path(__file__).parent
STEP = 1 << 20
# Exact in floating point but for the last bits: sums that are whole are not to fall short of it.
NEAR = 1e-7

# Balance in units and average rate in basis points of each code.
POOLS = {
    "sequential": {"A": (80_000_000, 603), "B": (20_000_007, 847)},
    "pro-rata": {"A": (70_000_000, 712), "B": (30_000_011, 1089)},
    "diversion": {"A": (60_000_000, 795), "B": (40_000_000, 981)},
    "reserve": {"A": (65_000_000, 497), "B": (35_000_000, 611)},
    "floating": {"A": (55_555_555, 557), "B": (44_444_444, 618)},
    "called": {"A": (75_000_000, 441), "B": (25_000_000, 509)},
}


def month_share(annual):
    return 1 - (1 - annual) ** (1 / 12)


def psa(age):
    return 0.06 * min(age, 30) / 30


def sda(age):
    ages = [0, 30, 60, 120]
    return float(np.interp(age, ages, [0, 0.006, 0.006, 0.0003]))


def speeds(table, age, months):
    """Returns the shares of each month."""
    if not table:
        return [0.0] * months
    (kind, value), = table.items()
    if kind in ("cpr", "cdr"):
        return [month_share(value / 100)] * months
    if kind in ("psa", "sda"):
        curve = psa if kind == "psa" else sda
        return [month_share(min(1, value / 100 * curve(age + t))) for t in range(1, months + 1)]
    return [value[min(t, len(value) - 1)] / 100 for t in range(months)]


def scheduled(repline):
    """Returns the share of what is owed that is due in each month."""
    term = repline["term"]
    if repline["kind"] == "bullet":
        return [0.0] * (term - 1) + [1.0]
    first = repline.get("interest_only", 0)
    owed = list(ql.sinkingNotionals(ql.Period(term - first, ql.Months), ql.Monthly, repline["rate"] / 100, 1.0))
    shares = [1 - after / before for before, after in zip(owed, owed[1:])]
    shares[-1] = 1.0
    return [0.0] * first + shares


def project(repline, block, months):
    table = {**block, **block.get("codes", {}).get(repline["code"], {})}
    term, age = repline["term"], repline.get("age", 0)
    smm, mdr = (speeds(table.get(key), age, term) for key in ("prepayment", "default"))
    due = scheduled(repline)
    out = {flow: np.zeros(months) for flow in ("interest", "principal", "defaults", "recoveries", "fees")}
    s, lag = 1.0, table.get("recovery_lag", 0)
    for t in range(term):
        lost = s * mdr[t]
        live = s - lost
        paid = live * due[t]
        early = (live - paid) * smm[t]
        out["interest"][t] = live
        out["principal"][t] = paid + early
        out["defaults"][t] = lost
        if lost:
            out["recoveries"][t + lag] += lost * (1 - table.get("severity", 100) / 100)
        out["fees"][t] = s * table.get("fee", 0) / 1200
        s = live - paid - early
    return out


def steps(shares, up):
    """Returns differences of the rounded sums."""
    sums = np.cumsum(shares) * STEP
    whole = np.ceil(sums - NEAR) if up else np.floor(sums + NEAR)
    return [int(x) for x in np.diff(whole, prepend=0)]


def pool(name):
    """Returns the whole units of each month."""
    assumptions = tomllib.loads((HERE / f"{name}.assumptions.toml").read_text())
    block = assumptions["block"][0]

    def last(repline):
        table = {**block, **block.get("codes", {}).get(repline["code"], {})}
        return repline["term"] + (table.get("recovery_lag", 0) if table.get("default") else 0)

    months = max(map(last, assumptions["repline"]))
    sums = {}
    for repline in assumptions["repline"]:
        balance, rate = POOLS[name][repline["code"]]
        for flow, shares in project(repline, block, months).items():
            weight = Fraction(balance * rate, 120_000) if flow == "interest" else Fraction(balance)
            entries = steps(shares, flow in ("defaults", "fees"))
            exact = [Fraction(e, STEP) * weight for e in entries]
            sums[flow] = [a + b for a, b in zip(sums.get(flow, [Fraction(0)] * months), exact)]
    flows = {}
    for flow, amounts in sums.items():
        up, total, whole, before = flow in ("defaults", "fees"), Fraction(0), [], 0
        for amount in amounts:
            total += amount
            after = math.ceil(total) if up else math.floor(total)
            whole.append(after - before)
            before = after
        flows[flow] = whole
    owed, balances = sum(balance for balance, _ in POOLS[name].values()), []
    for principal, lost in zip(flows["principal"], flows["defaults"]):
        owed -= principal + lost
        balances.append(owed)
    return assumptions, {**flows, "balance": balances}


class Accrual:
    """A rate a year on an amount, a month at a time; the sum is rounded down."""

    def __init__(self):
        self.total, self.billed = Fraction(0), 0

    def bill(self, amount, percent):
        self.total += Fraction(amount) * Fraction(str(percent)) / 1200
        new = math.floor(self.total) - self.billed
        self.billed += new
        return new


def pro_rata(funds, dues):
    total = sum(dues)
    if funds >= total:
        return list(dues), 0
    paid = [funds * due // total for due in dues]
    return paid, funds - sum(paid)


def in_order(funds, dues):
    paid = []
    for due in dues:
        paid.append(min(funds, due))
        funds -= paid[-1]
    return paid


class Deal:
    """What all deals write down: who was paid what in each month."""

    def __init__(self, name):
        self.name = name
        self.assumptions, self.flows = pool(name)
        terms = tomllib.loads((HERE / f"{name}.notes.toml").read_text())
        self.terms = terms
        self.start = sum(balance for balance, _ in POOLS[name].values())
        self.owed = [note["balance"] for note in terms["note"]]
        self.accruals = [Accrual() for _ in self.owed]
        self.arrears = [0] * len(self.owed)
        self.rows = []
        self.remainder = 0

    def bill(self, t):
        for k, note in enumerate(self.terms["note"]):
            coupon = note["coupon"]
            if isinstance(coupon, dict):
                values = self.assumptions["index"][coupon["index"]]
                rate = Fraction(str(values[min(t, len(values) - 1)])) + Fraction(str(coupon.get("margin", 0)))
                rate = max(rate, Fraction(str(coupon["floor"]))) if "floor" in coupon else rate
                rate = min(rate, Fraction(str(coupon["cap"]))) if "cap" in coupon else rate
                rate = max(rate, 0)
            else:
                rate = coupon
            self.arrears[k] += self.accruals[k].bill(self.owed[k], rate)

    def month(self, t):
        return {flow: amounts[t] for flow, amounts in self.flows.items()}

    def row(self, interest, principal, **others):
        self.rows.append({"interest": interest, "principal": principal, "balance": list(self.owed), **others})

    def months(self):
        return min(len(self.flows["interest"]), self.terms["legal_final"])


def sequential():
    deal, trustee, fees_due = Deal("sequential"), Accrual(), [0, 0]
    before = deal.start
    for t in range(deal.months()):
        m = deal.month(t)
        deal.bill(t)
        fees_due[0] += m["fees"]
        fees_due[1] += trustee.bill(before, "0.03")
        funds = m["interest"]
        fees = in_order(funds, fees_due)
        fees_due = [due - paid for due, paid in zip(fees_due, fees)]
        funds -= sum(fees)
        interest = in_order(funds, deal.arrears)
        deal.arrears = [due - paid for due, paid in zip(deal.arrears, interest)]
        equity = funds - sum(interest)
        principal = in_order(m["principal"] + m["recoveries"], deal.owed)
        equity += m["principal"] + m["recoveries"] - sum(principal)
        deal.owed = [owed - paid for owed, paid in zip(deal.owed, principal)]
        deal.row(interest, principal, fees=fees, residuals=[equity])
        before = m["balance"]
    return deal


def pro_rata_deal():
    deal, due = Deal("pro-rata"), 0
    months = deal.months()
    for t in range(months):
        m = deal.month(t)
        deal.bill(t)
        due += m["fees"]
        funds, deal.remainder = m["interest"] + deal.remainder, 0
        fee = min(due, funds)
        due -= fee
        funds -= fee
        interest, left = pro_rata(funds, deal.arrears)
        deal.arrears = [a - b for a, b in zip(deal.arrears, interest)]
        funds -= sum(interest) + left
        deal.remainder += left
        pending = m["principal"] + m["recoveries"]
        deficiency = max(0, sum(deal.owed) - pending - m["balance"] * 97 // 100)
        offered = min(funds, deficiency)
        first, left = pro_rata(offered, deal.owed)
        deal.remainder += left
        # What is offered and not needed goes back.
        funds -= sum(first) + left
        deal.owed = [a - b for a, b in zip(deal.owed, first)]
        equity = funds
        second, left = pro_rata(pending, deal.owed)
        deal.remainder += left
        equity += pending - sum(second) - left
        deal.owed = [a - b for a, b in zip(deal.owed, second)]
        if t + 1 == months:
            equity += deal.remainder
            deal.remainder = 0
        deal.row(interest, [a + b for a, b in zip(first, second)], fees=[fee], residuals=[equity], remainder=deal.remainder)
    return deal


def diversion():
    deal, due = Deal("diversion"), 0
    defaults = recoveries = 0
    losses_on = False
    months = deal.months()
    for t in range(months):
        m = deal.month(t)
        deal.bill(t)
        due += m["fees"]
        defaults += m["defaults"]
        recoveries += m["recoveries"]
        pending = m["principal"] + m["recoveries"]
        owed = sum(deal.owed)
        oc = owed > 0 and (m["balance"] + pending) * 100 < 118 * owed
        interest_due = sum(deal.arrears)
        ic = interest_due > 0 and (m["interest"] - due) * 100 < 180 * interest_due
        losses_on = losses_on or (defaults - recoveries) * 100 > 9 * deal.start
        funds, deal.remainder = m["interest"] + deal.remainder, 0
        fee = min(due, funds)
        due -= fee
        funds -= fee
        interest = in_order(funds, deal.arrears)
        deal.arrears = [a - b for a, b in zip(deal.arrears, interest)]
        funds -= sum(interest)
        principal = [0, 0]

        def pay(amounts):
            for k, amount in enumerate(amounts):
                deal.owed[k] -= amount
                principal[k] += amount

        if oc:
            cured = max(0, sum(deal.owed) - (m["balance"] + pending) * 100 // 118)
            paid = in_order(min(funds, cured), deal.owed)
            funds -= sum(paid)
            pay(paid)
        if ic:
            paid = in_order(funds, deal.owed)
            funds -= sum(paid)
            pay(paid)
        equity = funds
        if losses_on:
            paid = in_order(pending, deal.owed[:1])
            pending -= sum(paid)
            pay(paid)
        else:
            paid, left = pro_rata(pending, deal.owed)
            deal.remainder += left
            pending -= sum(paid) + left
            pay(paid)
        paid = in_order(pending, deal.owed)
        pending -= sum(paid)
        pay(paid)
        equity += pending
        if t + 1 == months:
            equity += deal.remainder
            deal.remainder = 0
        deal.row(interest, principal, fees=[fee], residuals=[equity], triggers=[oc, ic, losses_on], remainder=deal.remainder)
    return deal


def reserve():
    deal, line_interest = Deal("reserve"), Accrual()
    cash, drawn, line_due, guaranteed = 900_000, 0, 0, 0
    fees_due = [0, 0]
    months = deal.months()
    for t in range(months):
        m = deal.month(t)
        last = t + 1 == months
        deal.bill(t)
        fees_due[0] += m["fees"]
        fees_due[1] += 7_500
        line_due += line_interest.bill(drawn, "5.5")
        funds, cash = m["interest"] + cash, 0
        fees = in_order(funds, fees_due)
        funds -= sum(fees)
        short = [a - b for a, b in zip(fees_due, fees)]
        from_line = in_order(500_000 - drawn, short)
        drawn += sum(from_line)
        fees = [a + b for a, b in zip(fees, from_line)]
        fees_due = [a - b for a, b in zip(fees_due, fees)]
        lent = sum(from_line)
        first = min(funds, deal.arrears[0])
        funds -= first
        more = min(500_000 - drawn, deal.arrears[0] - first)
        drawn += more
        lent += more
        first += more
        covered = min(4_000_000 - guaranteed, deal.arrears[0] - first)
        guaranteed += covered
        first += covered
        deal.arrears[0] -= first
        line_paid = min(funds, line_due)
        line_due -= line_paid
        funds -= line_paid
        repaid = min(funds, drawn)
        drawn -= repaid
        funds -= repaid
        second = min(funds, deal.arrears[1])
        deal.arrears[1] -= second
        funds -= second
        owed = sum(deal.owed)
        target = 0 if last or owed == 0 else max(owed * 15 // 1000, 600_000)
        cash = min(target, funds)
        funds -= cash
        pending = m["principal"] + m["recoveries"] + funds
        principal = in_order(pending, deal.owed)
        equity = pending - sum(principal)
        if last:
            for k in (0, 1):
                extra = min(4_000_000 - guaranteed, deal.owed[k] - principal[k])
                guaranteed += extra
                principal[k] += extra
                covered += extra
        deal.owed = [a - b for a, b in zip(deal.owed, principal)]
        deal.row(
            [first, second], principal, fees=fees, residuals=[equity], reserve=cash, liquidity_drawn=lent,
            liquidity_repaid=repaid, liquidity_interest=line_paid, guarantee_drawn=covered,
        )
    return deal


def floating():
    deal, net, due, owed_swap = Deal("floating"), Accrual(), 0, 0
    values = deal.assumptions["index"]["euribor"]
    for t in range(deal.months()):
        m = deal.month(t)
        rate = Fraction(str(values[min(t, len(values) - 1)])) - Fraction("2.75")
        swapped = net.bill(deal.owed[0], rate)
        received = max(swapped, 0)
        owed_swap += max(-swapped, 0)
        deal.bill(t)
        due += m["fees"]
        funds = m["interest"] + received + m["recoveries"]
        fee = min(due, funds)
        due -= fee
        funds -= fee
        paid_swap = min(owed_swap, funds)
        owed_swap -= paid_swap
        funds -= paid_swap
        interest = in_order(funds, deal.arrears)
        deal.arrears = [a - b for a, b in zip(deal.arrears, interest)]
        funds -= sum(interest)
        deficiency = max(0, sum(deal.owed) - m["principal"] - m["balance"])
        first = in_order(min(funds, deficiency), deal.owed)
        funds -= sum(first)
        deal.owed = [a - b for a, b in zip(deal.owed, first)]
        second = in_order(m["principal"], deal.owed)
        deal.owed = [a - b for a, b in zip(deal.owed, second)]
        sponsor = funds + m["principal"] - sum(second)
        deal.row(
            interest, [a + b for a, b in zip(first, second)], fees=[fee], residuals=[sponsor],
            swap_received=received, swap_paid=paid_swap,
        )
    return deal


def called():
    deal, due = Deal("called"), 0
    for t in range(deal.months()):
        m = deal.month(t)
        is_called = m["balance"] * 100 <= 12 * deal.start
        price = m["balance"] * 995 // 1000 if is_called else 0
        performing = 0 if is_called else m["balance"]
        deal.bill(t)
        due += m["fees"]
        funds = m["interest"]
        fee = min(due, funds)
        due -= fee
        funds -= fee
        interest = in_order(funds, deal.arrears)
        deal.arrears = [a - b for a, b in zip(deal.arrears, interest)]
        funds -= sum(interest)
        small = performing * 100 < 50 * deal.start
        owners = [0, funds] if small else [funds, 0]
        pending = m["principal"] + m["recoveries"] + price
        principal = in_order(pending, deal.owed)
        deal.owed = [a - b for a, b in zip(deal.owed, principal)]
        owners[0] += pending - sum(principal)
        deal.row(interest, principal, fees=[fee], residuals=owners, call=price, triggers=[small])
        if is_called:
            break
    return deal


def value(deal):
    """Returns NPV, yield at par and average life by QuantLib, over months of 30 days."""
    start, calendar, days = ql.Date(15, 1, 2020), ql.NullCalendar(), ql.Thirty360(ql.Thirty360.BondBasis)
    ql.Settings.instance().evaluationDate = start
    flows = deal.flows
    net = [a + b + c - d for a, b, c, d in zip(*(flows[k] for k in ("interest", "principal", "recoveries", "fees")))]
    dates = [calendar.advance(start, t + 1, ql.Months) for t in range(len(net))]
    table = deal.assumptions["discount"]
    points = table.get("points") or [[1, table["flat"]]]
    xs, ys = zip(*points)
    npv = 0.0
    for t, amount in enumerate(net):
        zero = ql.InterestRate(float(np.interp(t + 1, xs, ys)) / 100, days, ql.Compounded, ql.Annual)
        npv += amount * zero.discountFactor(start, dates[t])
    leg = ql.Leg([ql.SimpleCashFlow(float(amount), date) for amount, date in zip(net, dates)])
    rate = ql.CashFlows.yieldRate(leg, float(deal.start), days, ql.Compounded, ql.Annual, False, start, start, 1e-14, 1000, 0.05)
    repaid = np.array(flows["principal"]) + np.array(flows["recoveries"])
    life = float((repaid * np.arange(1, len(repaid) + 1)).sum() / repaid.sum() / 12)
    return {"npv": npv, "yield": rate, "average_life": life}


def main():
    out = {
        "source": "risk/tests/cashflow/deals.py",
        "versions": {"QuantLib": ql.__version__, "numpy": np.__version__},
        "deals": [],
    }
    for make in (sequential, pro_rata_deal, diversion, reserve, floating, called):
        deal = make()
        columns = {key: [row[key] for row in deal.rows] for key in deal.rows[0]}
        out["deals"].append({
            "name": deal.name,
            "totals": [[balance, rate] for balance, rate in POOLS[deal.name].values()],
            "pool": deal.flows,
            "value": value(deal),
            "months": columns,
        })
    lines = json.dumps(out, separators=(",", ":")).replace('{"name"', '\n{"name"')
    (HERE / "deals.json").write_text(lines + "\n")


if __name__ == "__main__":
    main()
