import math

u_value = 9 / math.log(3)
print "u is", u_value
a_value = u_value + 5
b_value = u_value - 5
print "a and b:", a_value, b_value
f_value = a_value * b_value
