"""How bash, zsh and fish ask for completions, and how they are answered.

The script of each shell sends the command line up to the cursor in `LINE`, and which shell it is in
`VARIABLE`. The answer is a line for each completion: its type ("plain", "open", "file", "dir"), the value and
perhaps a description, with tabs between them. Names of tags and people could be anything: where the shell
inserts a value as it is (bash), it is quoted here, so that nothing in it is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem, ShellComplete

from tui.cli.completing import OPEN
from tui.cli.main import ASKED_BY_SHELL

VARIABLE = ASKED_BY_SHELL
LINE = "_FASTINTERCOM_LINE"
BREAKS = "_FASTINTERCOM_BREAKS"
"""Where bash says at which characters it parts words."""

BASH = f"""\
_fastintercom_completion() {{
    local kind value description
    COMPREPLY=()
    while IFS=$'\\t' read -r kind value description; do
        case $kind in
            file) compopt -o default ;;
            dir) compopt -o dirnames ;;
            {OPEN}) compopt -o nospace; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <({VARIABLE}=bash {LINE}="${{COMP_LINE:0:COMP_POINT}}" {BREAKS}="$COMP_WORDBREAKS" \\
        "${{1/#\\~\\//$HOME/}}" 2>/dev/null)
}}
complete -o nosort -F _fastintercom_completion fastintercom
"""
ZSH = f"""\
#compdef fastintercom
_fastintercom_completion() {{
    local kind value description line="${{(j: :)words[1,CURRENT-1]}} $QIPREFIX$PREFIX"
    local -a values shown unfinished
    while IFS=$'\\t' read -r kind value description; do
        case $kind in
            file) _files ;;
            dir) _files -/ ;;
            {OPEN}) unfinished+=("$value") ;;
            plain) values+=("$value"); shown+=("$value${{description:+  ($description)}}") ;;
        esac
    done < <({VARIABLE}=zsh {LINE}="$line" ${{~words[1]}} 2>/dev/null)
    (( $#values )) && compadd -U -V fastintercom -d shown -a values
    (( $#unfinished )) && compadd -U -V fastintercom -S '' -a unfinished
    return 0
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _fastintercom_completion "$@"
else
    compdef _fastintercom_completion fastintercom
fi
"""
FISH = f"""\
function __fastintercom_completion
    set -l program (string replace -r '^~/' "$HOME/" -- (commandline -opc)[1])
    set -l line (commandline -cp | string collect)
    for answer in (env {VARIABLE}=fish {LINE}="$line" $program 2>/dev/null)
        set -l parts (string split -m 2 \\t -- $answer)
        switch $parts[1]
            case file
                __fish_complete_path (commandline -ct)
            case dir
                __fish_complete_directories (commandline -ct)
            case plain {OPEN}
                printf '%s\\t%s\\n' $parts[2] "$parts[3]"
        end
    end
end
complete --command fastintercom --no-files --keep-order --arguments '(__fastintercom_completion)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}

_LONG_OPTION = re.compile(r"--[\w-]+=")
_NEEDS_BACKSLASH = re.compile(r"(?=[\x00-\x7f])[^\w@%+=:,./-]")
"""What bash does not take as it is outside of quotes."""


class Typed(NamedTuple):
    """A command line up to the cursor."""

    words: list[str]
    """The complete ones, without their quotes."""
    last: str
    """The word at the cursor, without its quotes; it may be empty."""
    raw: str
    """The same as it was typed."""
    quote: str
    """The quote that is open at the cursor; empty if none is."""


def read_line(line: str) -> Typed:
    """What a shell would make of an unfinished line; variables and patterns stay as they are."""
    words: list[str] = []
    word, start, quote, escaped, inside = "", 0, "", False, False
    for index, character in enumerate(line):
        if not inside and not character.isspace():
            start, inside = index, True
        if escaped:
            word, escaped = word + character, False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            word, quote = (word, "") if character == quote else (word + character, quote)
        elif character in "'\"":
            quote = character
        elif character.isspace():
            if inside:
                words.append(word)
            word, inside = "", False
        else:
            word += character
    return Typed(words, word, line[start:] if inside else "", quote)


def complete(cli: click.Command, invocation: object, environ: Mapping[str, str]) -> list[str]:
    """The lines of the answer to what a script asks in the environment; none for another shell."""
    shell = environ.get(VARIABLE, "")
    if shell not in SCRIPTS:
        return []
    typed = read_line(environ.get(LINE, ""))
    head = found[0] if (found := _LONG_OPTION.match(typed.last)) else ""
    finder = ShellComplete(cli, {"obj": invocation}, "fastintercom", VARIABLE)
    items = finder.get_completions(typed.words[1:], typed.last)
    answers = []
    for item in items:
        value = item.value if item.value.startswith(head) else head + item.value
        if shell == "bash":
            quoted = _quoted(value, typed.quote)
            if quoted is None:
                continue
            value = quoted[len(_kept_by_bash(typed, environ.get(BREAKS, ""))) :]
        answers.append(_line(item, value))
    return answers


def _line(item: CompletionItem[str], value: str) -> str:
    return f"{item.type}\t{value}" + (f"\t{' '.join(item.help.split())}" if item.help else "")


def _quoted(value: str, quote: str) -> str | None:
    """`value` as bash reads it back; None if it cannot be written between the quotes that are open."""
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return None if "!" in value else re.sub(r'[\\$`"]', r"\\\g<0>", value)
    return _NEEDS_BACKSLASH.sub(r"\\\g<0>", value)


def _kept_by_bash(typed: Typed, breaks: str) -> str:
    """What bash keeps of the word at the cursor: up to the last character at which it parts words."""
    if typed.quote:
        return ""
    ends = [i + 1 for i, c in enumerate(typed.raw) if c in breaks and typed.raw[i - 1 : i] != "\\"]
    return typed.raw[: max(ends, default=0)]
