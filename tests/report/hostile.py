"""Hand-ins that try to reach the reader's browser through every channel."""

from __future__ import annotations

import json
from dataclasses import replace

from grader.formula import Symbol, to_json
from grader.formula.tree import MAXIMAL_NAME
from grader.grade import (
    CallMark,
    ChainSide,
    ChainStep,
    Counterexample,
    Grade,
    Hidden,
    Mark,
    Status,
    StepOutcome,
    Verdict,
)
from grader.run import (
    Binding,
    CallResult,
    CellRun,
    CellStatus,
    Failure,
    FunctionRun,
    Run,
    RunStatus,
)
from grader.submission import Cell, Output, Submission
from grader.values import Function, Mapping, Opaque, Parameter, Sequence, Text, Value
from tests.report import samples

PAYLOADS = (
    "<script>alert('x')</script>",
    "</script><script>alert('x')</script>",
    "<img src=x onerror=alert('x')>",
    "<svg onload=alert('x')></svg>",
    "<svg><animate onbegin=alert('x') attributeName=x dur=1s></svg>",
    "<a href=\"javascript:alert('x')\">click</a>",
    "<iframe src=\"data:text/html,<script>alert('x')</script>\"></iframe>",
    "<iframe srcdoc=\"<script>parent.alert('x')</script>\"></iframe>",
    "<object data=\"data:text/html,<script>alert('x')</script>\"></object>",
    "<embed src=\"javascript:alert('x')\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert('x')\">",
    '<base href="https://evil.example/">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<style>@import 'https://evil.example/x.css'; body { display: none }</style>",
    "</style><script>alert('x')</script>",
    "</title><script>alert('x')</script>",
    "</textarea></pre></details></article><script>alert('x')</script>",
    "<form action=\"https://evil.example\"><input autofocus onfocus=alert('x')></form>",
    "<details open ontoggle=alert('x')>",
    "<video><source onerror=alert('x')></video>",
    "<body onload=alert('x')>",
    "<math><mtext><img src=x onerror=alert('x')></mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert('x')>\"></noscript>",
    "<template><script>alert('x')</script></template>",
    "\" onmouseover=\"alert('x')\" autofocus onfocus=\"alert('x')",
    "' onmouseover='alert(1)' x='",
    "--><script>alert('x')</script><!--",
    "<!--<img src=\"--><img src=x onerror=alert('x')>\">",
    "]]><script>alert('x')</script>",
    "<![CDATA[<script>alert('x')</script>]]>",
    "<?xml version=\"1.0\"?><script>alert('x')</script>",
    "{{ 7*7 }}{% for x in y %}{% endfor %}{{ ''.__class__.__mro__ }}{# x #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "`<script>alert('x')</script>` ``<img src=x onerror=alert('x')>``",
    "<scr\0ipt>alert('x')</scr\0ipt>",
    "<\u202escript\u202c>alert('x')</script>",
    "\ufeff<script>alert('x')</script>",
    "\ud83d<script>alert('x')</script>\udc00",
    "＜script＞alert('x')＜/script＞",
    "&lt;script&gt;alert('x')&lt;/script&gt; &#60;script&#62; &amp;",
    "\x1b]8;;javascript:alert('x')\x07link\x1b]8;;\x07\x1b[31m",
    "\u2028<script>alert('x')</script>\u2029",
    "javascript:alert('x')",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    '=HYPERLINK("https://evil.example","x")',
    "../../../../evil\\..\\x",
    "\r\nSet-Cookie: a=b\r\n\r\n<script>alert('x')</script>",
    "<xmp><script>alert('x')</script></xmp>",
    '<table background="https://evil.example/x.png"><tr><td style="background:url(x)">',
    "<div id=main class=page onclick=alert('x')>clobber</div>",
    "[click](javascript:alert('x')) ![x](x\"onerror=\"alert('x'))",
    "[x]: javascript:alert('x')\n[click][x] <javascript:alert('x')>",
    "$\\href{javascript:alert('x')}{y}$",
    "\\(\\unicode{<img src=x onerror=alert('x')>}\\)",
    "$\\style{background:url(https://evil.example)}{x}$ $$\\require{html}$$",
    "\\begin{equation}</math><script>alert('x')</script>\\end{equation}",
    "<math href=\"javascript:alert('x')\"><mi xlink:href=\"javascript:alert('x')\">x</mi></math>",
    "<math><annotation-xml encoding=text/html><script>alert('x')</script></annotation-xml></math>",
    "<svg><foreignObject><iframe src=\"javascript:alert('x')\"></foreignObject></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x onload=alert('x')>#x\"></use></svg>",
    "<svg><style><img src=x onerror=alert('x')></style></svg>",
    "<button popovertarget=x onbeforetoggle=alert('x')>x</button><p popover id=x>",
    "<select><option><img src=x onerror=alert('x')></select>",
    "<input type=image src=x onerror=alert('x') formaction=\"javascript:alert('x')\">",
    "<marquee onstart=alert('x')>x</marquee><audio src=x onerror=alert('x')>",
    "<frameset onload=alert('x')><frame src=\"javascript:alert('x')\"></frameset>",
    "<p style=\"animation:x 1s\" onanimationstart=alert('x')>x</p>",
    "<template shadowrootmode=open><img src=x onerror=alert('x')></template>",
)

MIMES = (
    "text/html",
    "image/svg+xml",
    "application/javascript",
    "text/javascript",
    "image/png",
    "image/jpeg",
    "image/gif",
    "text/markdown",
    "text/latex",
    "application/json",
    "application/vnd.jupyter.widget-view+json",
    "application/pdf",
    "text/plain",
    "TEXT/HTML; charset=utf-8",
    "text/xml",
    "application/xhtml+xml",
    "image/webp",
    "audio/mpeg",
    "video/mp4",
    "application/vnd.plotly.v1+json",
    "application/vnd.bokehjs_exec.v0+json",
)


def mark(payload: str, verdict: Verdict) -> Mark:
    """A mark with the payload in every text that a learner's work can shape."""
    return Mark(
        question="vgg_parameters.conv_params",
        verdict=verdict,
        points=None if verdict in (Verdict.NEEDS_REVIEW, Verdict.GRADER_ERROR) else 0.0,
        max_points=2,
        note=payload,
        misconceptions=(payload.replace("+", " "),),
        given=payload,
        where=payload,
        tolerance=payload,
        feedback=payload,
        error=payload,
        expected=payload,
        chain=tuple(step(payload, outcome) for outcome in StepOutcome),
        counterexample=Counterexample(at=((payload.replace("_", "-"), payload),), given=payload),
        details=(payload, payload),
        suggestions=(payload,),
        hidden=Hidden(
            expected=payload,
            details=(payload,),
            calls=(
                CallMark(
                    call=payload,
                    public=True,
                    outcome=payload,
                    given=payload,
                    expected=payload,
                    error=payload,
                ),
            ),
        ),
    )


def step(payload: str, outcome: StepOutcome) -> ChainStep:
    """A step whose every text is the payload; of its sides one has a tree, the other none."""
    tree = json.dumps(to_json(Symbol(payload.replace("_", "-")[:MAXIMAL_NAME] or "x")))
    return ChainStep(
        left=ChainSide(text=payload, understood=tree),
        relation=payload,
        right=ChainSide(text=payload, understood=payload),
        outcome=outcome,
        sentence=payload,
        where=payload,
    )


def grade(payload: str, *, status: Status = Status.NEEDS_REVIEW) -> Grade:
    """A grade whose every text is the payload."""
    marks = tuple(mark(payload, verdict) for verdict in Verdict)
    run = replace(samples.summary(samples.ADA_RUN), reason=payload, status=RunStatus.DIED)
    return samples.graded(
        payload,
        marks,
        source=payload,
        sha256=payload,
        status=status,
        reason=payload,
        remarks=(payload,),
        run=run,
    )


def run(payload: str, *, mimes: tuple[str, ...] = ()) -> Run:
    """A run whose every text is the payload, also shown as each of ``mimes``."""
    failure = Failure(
        type=payload, message=payload, cell=1, line=1, trace=payload, sentence=payload
    )
    plain = tuple(
        Output(kind=kind, text=payload) for kind in ("stdout", "stderr", "result", "display")
    )
    rich = tuple(
        Output(kind="display", text=payload, data=((mime, payload), (payload, payload)))
        for mime in mimes
    )
    return Run(
        status=RunStatus.DIED,
        reason=payload,
        isolation="strict",
        cells=(
            CellRun(
                cell=1,
                status=CellStatus.ERROR,
                outputs=plain + rich,
                failure=failure,
                salvaged=True,
            ),
        ),
        bindings=tuple(Binding(name=payload, cell=1, value=one) for one in _values(payload)),
        changes=(Binding(name=payload, cell=1, value=Text(payload)),),
        functions=(
            FunctionRun(
                question=payload,
                name=payload,
                cell=1,
                refusal=payload,
                results=(
                    CallResult(failure=failure, refusal=payload, printed=payload),
                    CallResult(value=Text(payload), mutated=(payload,)),
                ),
                for_pictures=((CallResult(value=Text(payload), printed=payload),),),
            ),
        ),
    )


def _values(payload: str) -> tuple[Value, ...]:
    """The payload in every kind of value that holds text."""
    return (
        Text(payload),
        Sequence("list", (Text(payload),)),
        Mapping(((Text(payload), Text(payload)),)),
        Function(payload, (Parameter(payload),)),
        Opaque(payload, payload),
    )


def submission(payload: str) -> Submission:
    """A hand-in whose every text is the payload."""
    return Submission(
        name=payload,
        source=payload,
        sha256=payload,
        kind="notebook",
        cells=(
            Cell(number=1, kind="code", source=payload, file=payload, answers=payload),
            Cell(number=2, kind="markdown", source=payload, file=payload, answers=payload),
        ),
        remarks=(payload,),
    )
