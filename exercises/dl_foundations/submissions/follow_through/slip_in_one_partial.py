partials = {
    "dx2_dx": 6.0,
    "dlog_dx": 0.33,
    "dinv_dlog": -0.7,
    "du_dx2": 0.91,
    "du_dinv": 9.0,
    "df_da": 3.19,
    "df_db": 13.19,
}
inner = 0.91 * 6.0 - 9.0 * 0.7 * 0.33
df_dx_value = (3.19 + 13.19) * inner
