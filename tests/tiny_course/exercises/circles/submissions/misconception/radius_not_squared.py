disc_area = 3.14159265 * 3
cylinder_volume = disc_area * 10
