"""Task 1: areas."""

from grader import Task, call, claim, close, exact, fixed
from reference import circle

task = Task("Circles", number=1, points=8)


@task.value(points=2, check=close(rtol=1e-3), public=True, part="1a", aliases=("A",))
def disc_area(*, power: int = 2) -> float:
    """Area of the disc of radius 3."""
    return circle.area(3.0, power=power)


@disc_area.misconception(points=1, switches={"power": 1})
def radius_not_squared() -> None:
    """The radius is squared: an area has squared units."""


@task.value(points=1, check=close(rtol=1e-3), part="1b")
def cylinder_volume(disc_area: float) -> float:
    """Volume of the cylinder of height 10 over that disc."""
    return disc_area * 10


@task.value(points=1, check=exact(), part="1c")
def corners() -> int:
    """Number of corners of a square."""
    return 4


@task.function(
    points=3,
    calls=fixed(call(1.0, public=True), call(2.0), call(0.5)),
    check=close(rtol=1e-6),
    part="1d",
)
def area_of(radius: float, *, power: int = 2) -> float:
    """Area of the disc of a given radius."""
    return circle.area(radius, power=power)


@area_of.misconception(points=1, switches={"power": 1})
def radius_of_function_not_squared() -> None:
    """The radius is squared: an area has squared units."""


@task.text(points=1, claims=[claim("names the limit", r"limit|polygon")], part="1e")
def why_pi() -> None:
    """Why is the ratio of circumference and diameter the same for all circles?"""
