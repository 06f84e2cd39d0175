"""growth.svg: how each figure changes from 1,000 to 10,000 to 100,000 subscribers.

One panel a unit, both axes logarithmic: a straight level line does not care how many there are.
Colours follow the reader's light or dark preference.
"""

from __future__ import annotations

import math
from html import escape

from tests.bench.measure import BENCH, GROWTH_SUBSCRIBERS, Row

PANEL_WIDTH, PANEL_HEIGHT, LEFT, TOP, BOTTOM, LABELS = 760, 300, 70, 40, 40, 300
# Told apart by colour and by dash, so that neither alone is needed.
COLOURS = ("#2f6fd0", "#c2571a", "#2c8a4b", "#a03a8f", "#8a6d00", "#0d8a94", "#c22f3e", "#6b5bd2")
DASHES = ("", "7 3", "2 3")
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #222; }
.title { font-weight: 600; }
.paper { fill: #fff; }
.grid { stroke: #ddd; stroke-width: 1; }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd; } .paper { fill: #15181c; } .grid { stroke: #333a42; }
}
</style>"""


def points_of(rows: list[Row]) -> dict[str, dict[str, dict[int, float]]]:
    """unit -> figure -> subscribers -> median."""
    units: dict[str, dict[str, dict[int, float]]] = {}
    for row in rows:
        figure, mark, size = row.id.rpartition("@")
        if mark and size.isdigit() and int(size) in GROWTH_SUBSCRIBERS and row.median > 0:
            units.setdefault(row.unit, {}).setdefault(figure, {})[int(size)] = row.median
    return units


def place_x(subscribers: int) -> float:
    low, high = math.log10(GROWTH_SUBSCRIBERS[0]), math.log10(GROWTH_SUBSCRIBERS[-1])
    width = PANEL_WIDTH - LEFT - LABELS
    return LEFT + (math.log10(subscribers) - low) / (high - low) * width


def label_places(wanted: list[float], step: float = 15) -> list[float]:
    """Heights near the wanted ones, given in rising order, at least a step apart."""
    places: list[float] = []
    for height in wanted:
        places.append(max(height, places[-1] + step) if places else height)
    return places


def panel(unit: str, figures: dict[str, dict[int, float]], top: float) -> list[str]:
    values = [value for points in figures.values() for value in points.values()]
    low = math.floor(math.log10(min(values)))
    high = max(low + 1, math.ceil(math.log10(max(values))))
    floor = top + PANEL_HEIGHT - BOTTOM

    def place_y(value: float) -> float:
        return floor - (math.log10(value) - low) / (high - low) * (floor - top - TOP)

    right = place_x(GROWTH_SUBSCRIBERS[-1])
    out = [f'<text class="title" x="12" y="{top + 20:.0f}">{escape(unit)}</text>']
    for power in range(low, high + 1):
        y = place_y(10.0 ** power)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{right:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
                   f'{10.0 ** power:,.10g}</text>')
    for size in GROWTH_SUBSCRIBERS:
        x = place_x(size)
        out.append(f'<line class="grid" x1="{x:.0f}" x2="{x:.0f}" y1="{top + TOP}" '
                   f'y2="{floor:.0f}"/>')
        out.append(f'<text x="{x:.0f}" y="{floor + 18:.0f}" text-anchor="middle">{size:,}</text>')
    drawn = sorted(((place_y(points[max(points)]), figure, points)
                    for figure, points in figures.items()), key=lambda item: item[:2])
    labels = label_places([height for height, _, _ in drawn])
    for number, ((end_y, figure, points), label_y) in enumerate(zip(drawn, labels)):
        colour = COLOURS[number % len(COLOURS)]
        dash = DASHES[number // len(COLOURS) % len(DASHES)]
        path = " ".join(f"{place_x(size):.1f},{place_y(points[size]):.1f}"
                        for size in sorted(points))
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" '
                   f'stroke-dasharray="{dash}" points="{path}"/>')
        out += [f'<circle cx="{place_x(size):.1f}" cy="{place_y(value):.1f}" r="3" '
                f'fill="{colour}"/>' for size, value in points.items()]
        out.append(f'<line stroke="{colour}" x1="{place_x(max(points)):.1f}" y1="{end_y:.1f}" '
                   f'x2="{right + 16:.0f}" y2="{label_y:.1f}" stroke-width="1"/>')
        out.append(f'<text x="{right + 20:.0f}" y="{label_y + 4:.1f}" style="fill:{colour}">'
                   f'{escape(figure)}</text>')
    return out


def draw(rows: list[Row]) -> str:
    units = points_of(rows)
    height = max(1, len(units)) * PANEL_HEIGHT + 20
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PANEL_WIDTH} {height}" '
           f'width="{PANEL_WIDTH}" height="{height}" role="img">',
           "<title>Growth with the number of subscribers</title>", STYLE,
           f'<rect class="paper" width="{PANEL_WIDTH}" height="{height}"/>']
    for number, (unit, figures) in enumerate(sorted(units.items())):
        out += panel(unit, figures, number * PANEL_HEIGHT)
    out.append(f'<text x="{LEFT}" y="{height - 8}">subscribers</text></svg>')
    return "\n".join(out) + "\n"


def write(rows: list[Row]) -> None:
    (BENCH / "growth.svg").write_text(draw(rows), encoding="utf-8")
