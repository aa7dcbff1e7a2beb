"""The symbol tables that the tests of formulas read with."""

from grader.formula import Declared, Role, SymbolTable, declare


def _functions(*spellings: str) -> list[Declared]:
    return [
        Declared(name=spelling.partition("(")[0], spellings=(spelling,), role=Role.FUNCTION)
        for spelling in spellings
    ]


def _partial(of: str, by: str) -> Declared:
    return Declared(name=f"d {of}/d {by}", role=Role.PARTIAL, of=of, by=by)


CHAIN = declare(
    Declared(name="x"),
    Declared(name="c", role=Role.CONSTANT),
    Declared(name="y", spellings=(r"\mathrm{y}",)),
    *_functions("f(x)", "p(x)", "q(x)", "u(x)"),
    _partial("f", "x"),
    _partial("f", "p"),
    _partial("f", "q"),
    _partial("f", "c"),
    _partial("f", "u"),
    _partial("p", "u"),
    _partial("q", "u"),
    _partial("p", "c"),
    _partial("u", "x"),
    _partial("u", "x^2"),
    _partial("x^2", "x"),
    _partial("log(x)", "x"),
    _partial("1/log(x)", "log(x)"),
    _partial("u", "1/log(x)"),
)

ADAM = declare(
    Declared(name="beta", spellings=(r"\beta", r"\beta_1")),
    Declared(name="rho", spellings=(r"\beta_2", "r", r"\rho")),
    Declared(name="alpha", spellings=(r"\alpha", r"\eta", "lr")),
    Declared(name="epsilon", spellings=(r"\epsilon", "eps")),
    Declared(name="t"),
    Declared(name="m", spellings=("m_*", "m^*")),
    Declared(name="v", spellings=("v", "v_*", "v^*")),
    Declared(name="m_hat", spellings=(r"\hat m_*", r"\hat m^*", "mhat_*")),
    Declared(name="v_hat", spellings=(r"\hat v_*", r"\hat v^*", "vhat_*")),
    Declared(name="g", spellings=("g", "g_*", "g^*")),
    Declared(name="w", spellings=("w_*", "w^*", r"\theta_*")),
)

FIELD = declare(
    Declared(name="r", spellings=("r_*",)),
    Declared(name="jump", spellings=("jump", "jump_*", "j_*")),
    Declared(name="k", spellings=("k", "k_*")),
    Declared(name="s", spellings=("s", "s_*")),
    Declared(name="L"),
    Declared(name="l"),
    Declared(name="p"),
    series=True,
)

COUNTS = declare(
    Declared(name="F"),
    Declared(name="C", spellings=("C_{in}",)),
    Declared(name="K"),
    Declared(name="n_in", spellings=("n_{in}", r"n_{\text{in}}")),
    Declared(name="n_out"),
    Declared(name="conv", spellings=("conv params", "# conv params", "conv")),
    Declared(name="fc", spellings=("fc params", "# fc params", "fc")),
    Declared(name="total"),
    Declared(name="ratio"),
    Declared(name="x"),
)

ANY = declare(
    Declared(name="a"),
    Declared(name="b"),
    Declared(name="n"),
    Declared(name="x"),
    Declared(name="y"),
    Declared(name="z"),
    Declared(name="lambda", spellings=(r"\lambda",)),
    Declared(name="sigma", spellings=(r"\sigma",)),
)

TABLES: dict[str, SymbolTable] = {
    "chain": CHAIN,
    "adam": ADAM,
    "field": FIELD,
    "counts": COUNTS,
    "any": ANY,
    "ten": declare(Declared(name="x"), log="ten"),
}
