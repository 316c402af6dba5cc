"""Completion in shells: the script for each shell, and how candidates are sent to it.

A script sends the command line up to the cursor as `COMP_LINE`, and reads a line for each
candidate: its kind, the word and a line of help, separated by tabs. click's own scripts
send words that bash has split at every `=`, and cannot ask for files of one ending.
"""

from __future__ import annotations

import os
from typing import ClassVar

import click
from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

from layercalc.cli.candidates import VARIABLE
from layercalc.display import visible

PROGRAM = "layercalc"
#: Characters that bash interprets in a completed word, even where it quotes the rest.
OBEYED = frozenset("$`!\\\"'")
#: Marks the end of a line, so that white space before it is kept.
CURSOR = "\x1f"

BASH = r"""# In ~/.bashrc:  eval "$(%(prog_name)s completion bash)"
%(complete_func)s() {
    local kind word help file
    COMPREPLY=()
    while IFS=$'\t' read -r kind word help; do
        case $kind in
            plain)
                if [[ $word == *[^[:alnum:]_=,./:+-]* ]]; then
                    compopt -o filenames || printf -v word %%q "$word"
                fi
                COMPREPLY+=("$word")
                [[ $word == *= ]] && compopt -o nospace
                ;;
            *)
                compopt -o filenames
                while IFS= read -r file; do
                    COMPREPLY+=("$file")
                done < <(
                    [[ $kind == file ]] && compgen -f -- "$2"
                    [[ $kind == arch ]] && compgen -f -X '!*.arch' -- "$2"
                    [[ $kind == file ]] || compgen -d -- "$2"
                )
                ;;
        esac
    done < <(
        COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORD="$2" %(complete_var)s=bash_complete "${1/#\~/$HOME}"
    )
    return 0
} 2>/dev/null
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null ||
    complete -F %(complete_func)s %(prog_name)s
"""

ZSH = r"""#compdef %(prog_name)s
# In ~/.zshrc, behind compinit:  eval "$(%(prog_name)s completion zsh)"
%(complete_func)s() {
    local kind word help
    local -a whole open files
    while IFS=$'\t' read -r kind word help; do
        help="${word//:/\\:}${help:+:$help}"
        case $kind in
            plain) [[ $word == *= ]] && open+=("$help") || whole+=("$help") ;;
            arch) files=(-g '*.arch') ;;
            dir) files=(-/) ;;
            file) files=(-g '*') ;;
        esac
    done < <(
        COMP_LINE="${words[1,CURRENT-1]} $PREFIX" %(complete_var)s=zsh_complete ${~words[1]} 2>/dev/null
    )
    (( $#whole )) && _describe -V %(prog_name)s whole
    (( $#open )) && _describe -V %(prog_name)s open -S ''
    (( $#files )) && { compset -P '--*='; _files $files }
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

FISH = r"""# %(prog_name)s completion fish > ~/.config/fish/completions/%(prog_name)s.fish
function %(complete_func)s
    set -lx COMP_LINE (commandline -cp)
    set -lx %(complete_var)s fish_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct | string replace -r '^["\']' '')
    for line in ($words[1] 2>/dev/null)
        set -l part (string split \t -- $line)
        switch $part[1]
            case plain
                printf '%%s\t%%s\n' $part[2] $part[3]
            case dir
                __fish_complete_directories $typed ''
            case arch
                __fish_complete_path $typed | string match -r '^[^\t]*(?:/|\.arch)(?=\t|$)'
            case file
                __fish_complete_path $typed
        end
    end
end
complete --no-files --keep-order --command %(prog_name)s --arguments '(%(complete_func)s)'
"""


def _words(line: str) -> list[str]:
    """Split a command line into words without quotes; the last, perhaps empty, is the one being typed."""
    *words, last = split_arg_string(line + CURSOR)
    return [*words, last.removesuffix(CURSOR)]


class _Shell(ShellComplete):
    """What all shells have in common."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Split the line into the finished words and the one before the cursor."""
        *words, last = _words(os.environ.get("COMP_LINE", self.prog_name))
        return words[1:], last

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Give whole words, also for `--name=value`, and none with control characters."""
        name, equals, _ = incomplete.partition("=")
        option = name + equals if equals and name.startswith("--") else ""
        items = super().get_completions(args, incomplete)
        for item in items:
            if item.type == "plain":
                item.value = option + item.value
        return [item for item in items if item.value.isprintable()]

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Write a candidate as one line."""
        help_ = visible(" ".join((item.help or "").split()))
        return f"{item.type}\t{item.value}\t{help_}"


class Bash(_Shell):
    """bash; before 4.4 its candidates are sorted."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = BASH

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Leave out what precedes the part that bash replaces, which begins after a `=` or `:`."""
        items = super().get_completions(args, incomplete)
        part = _words(os.environ.get("COMP_WORD", incomplete))[-1]
        before = incomplete.removesuffix(part) if incomplete.endswith(part) else ""
        for item in items:
            item.value = item.value.removeprefix(before)
        return [item for item in items if OBEYED.isdisjoint(item.value)]


class Zsh(_Shell):
    """zsh."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = ZSH


class Fish(_Shell):
    """fish."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = FISH


SHELLS: dict[str, type[_Shell]] = {shell.name: shell for shell in (Bash, Zsh, Fish)}


def script(program: click.Command, shell: str) -> str:
    """Write the script of a shell."""
    return SHELLS[shell](program, {}, PROGRAM, VARIABLE).source()


def answer(program: click.Command, asked: str) -> None:
    """Answer a shell: its candidates (`bash_complete`), or its script (`bash_source`)."""
    shell, _, what = asked.partition("_")
    if shell in SHELLS and what == "complete":
        told = SHELLS[shell](program, {}, PROGRAM, VARIABLE).complete()
        click.echo(told.encode("utf-8", "surrogateescape"))
    elif shell in SHELLS and what == "source":
        click.echo(script(program, shell), nl=False)
