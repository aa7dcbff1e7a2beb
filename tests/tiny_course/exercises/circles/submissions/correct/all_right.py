import math


def area_of(radius):
    return math.pi * radius**2


disc_area = area_of(3)
cylinder_volume = 10 * disc_area
corners = 4
why_pi = "Circles are similar; polygons tend to them in the limit."
