# taken over from 1c and rounded less
grad_x = 48.7568933507609
grad_c = -10.0
