"""expressions.py SEED ROWS [clocks]: draws cron expressions; with clocks, those whose hours are where clocks change."""
import random
import sys

draw = random.Random(int(sys.argv[1]))
rows = int(sys.argv[2])
of_clocks = len(sys.argv) > 3
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()
WORDS = "@hourly @daily @midnight @weekly @monthly @yearly @annually @Daily @often".split()
# The rule of the two days, Sundays, names, steps, and what is refused.
FIRST = """0 3 */2 * 1;0 3 1,*/2 * 1;0 3 */2,1 * 1;0 3 13 * 5;0 3 13 * */5;0 3 *,13 * 5;0 3 * * SUN-TUE;0 3 * * 0-2;
0 3 * * 7;0 3 * * */7;0 3 * * 1-7/3;0 3 * * 5-7;0 3 * * SAT,sun;0 0 29 2 *;0 0 29 2 1;0 0 */28 2 1;0 3 * JAN-mar/2 *;
*/100 3 * * *;03 007 1 1 *;5/20 3 * * *;*/0 * * * *;60 * * * *;0 24 * * *;0 3 0 * *;0 3 * 13 *;0 3 * * 8;
1, 3 * * *;,1 3 * * *;1- 3 * * *;-1 3 * * *;a 3 * * *;0 3 * mon *;0 3 ? * 1;0 3 L * *""".replace("\n", "").split(";")


def value(least, most, names):
    number = draw.randint(least, most)
    if draw.random() < 0.02:
        number = most + draw.randint(1, 40)
    if number - least < len(names) and draw.random() < 0.4:
        name = names[number - least]
        return number, name.upper() if draw.random() < 0.3 else name
    return number, "%02d" % number if draw.random() < 0.1 else str(number)


def part(least, most, names):
    kind = draw.random()
    step = "/%d" % draw.choice([1, 2, 2, 3, 5, 7, 10, 15, 20, 40, 100]) if draw.random() < 0.5 else ""
    if draw.random() < 0.01:
        step = "/0"
    if kind < 0.25:
        return "*" + step
    if kind < 0.6:
        (one, text), (other, otherText) = sorted([value(least, most, names), value(least, most, names)])
        return text + "-" + otherText + step
    return value(least, most, names)[1] + (step if draw.random() < 0.02 else "")


def field(least, most, names, all_of_it):
    if draw.random() < all_of_it:
        return "*"
    return ",".join(part(least, most, names) for _ in range(draw.choice([1, 1, 1, 2, 3])))


def expression():
    if of_clocks:
        hours = draw.choice([field(0, 4, [], 0.1), "*/%d" % draw.choice([1, 2, 3]), str(draw.randint(0, 4))])
        return " ".join([field(0, 59, [], 0.1), hours, field(1, 31, [], 0.85), "*", field(0, 7, DAYS, 0.85)])
    if draw.random() < 0.03:
        return draw.choice(WORDS)
    return " ".join([field(0, 59, [], 0.1), field(0, 23, [], 0.15), field(1, 31, [], 0.35),
                     field(1, 12, MONTHS, 0.5), field(0, 7, DAYS, 0.35)])


drawn = [] if of_clocks else FIRST
while len(drawn) < rows:
    one = expression()
    if one not in drawn:
        drawn.append(one)
print("\n".join(drawn))
