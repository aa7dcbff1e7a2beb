"""How feedback looks in a notebook: colours and type of the notebook's own theme.

Where a notebook has no such variables (VS Code, Colab) text and background stay the page's own;
the three colours that are ours stand out from white and from dark grey by 3 to 1 at least. Nothing
is told by colour alone, and without any style the table reads as well.
"""

from __future__ import annotations

STYLE = """
.grader-check { max-width: 58rem; line-height: 1.5; }
.grader-check table { border-collapse: collapse; border: none; margin: 0.4em 0 0.8em; width: auto;
  table-layout: auto; font-size: inherit; }
.grader-check table tr, .grader-check table tr:nth-child(n):hover
  { background: transparent !important; }
.grader-check table th, .grader-check table td { text-align: left !important; vertical-align: top;
  border: none; padding: 0.35em 1.4em 0.35em 0; max-width: 34rem; white-space: normal;
  overflow-wrap: anywhere; }
.grader-check table th { opacity: 0.75; font-weight: normal; font-size: 0.9em; }
.grader-check table tbody td
  { border-top: 1px solid var(--jp-border-color2, rgba(128, 128, 128, 0.35)); }
.grader-check table td:nth-child(-n+2):not([colspan]) { white-space: nowrap;
  overflow-wrap: normal; }
.grader-check table td[colspan="4"] { border-top: none; padding: 0 0 0.6em 1.4em;
  max-width: 50rem; }
.grader-check table td:nth-child(4) { min-width: 11rem; }
.grader-check code { background: none !important; padding: 0 !important; color: inherit;
  font-family: var(--jp-code-font-family, monospace); font-size: 0.93em; }
.grader-check p { margin: 0.3em 0; }
.grader-check span[class] { display: inline-block; min-width: 1.1em; font-weight: bold; }
.grader-check .grader-passes { color: var(--jp-success-color1, #2e9e5b); }
.grader-check .grader-fails { color: var(--jp-error-color1, #de5a55); }
.grader-check .grader-open { color: #b7791f; }
"""
