"""Commands on a spec, in which every param of the spec is an option of the command line."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

import click

from layercalc.cli import candidates
from layercalc.cli.candidates import LONGEST
from layercalc.display import visible

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from layercalc.resolve.program import Given, Program
    from layercalc.syntax import tree

_PROGRAMS = "layercalc.programs"
_OPTIONS = "layercalc.param_options"
_VALUE = "layercalc.value."


class ParamOption(click.Option):
    """The option of a param; its text is kept for `given_points`."""

    def __init__(self, param: str, help_: str = "") -> None:
        names, values = [_spelling(param), f"param_{param}"], candidates.param_values(param)
        super().__init__(names, help=help_, expose_value=False, callback=self._keep, shell_complete=values)
        self.param = param

    def get_help_record(self, ctx: click.Context) -> None:
        """Give nothing: params are listed apart from the options."""

    def _keep(self, ctx: click.Context, option: click.Parameter, value: str | None) -> None:
        ctx.meta[f"{_VALUE}{self.param}"] = value


class YieldingOption(click.Option):
    """An option whose spellings but the first belong to the params of a spec that bear them."""

    def without(self, borne: set[str]) -> YieldingOption:
        """Give it with the spellings that no param bears."""
        own = copy(self)
        own.opts = [name for name in self.opts if name not in borne]
        return own


class SpecCommand(click.Command):
    """A command that reads its spec before its options, which the params of the spec belong to."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        # `--in-channels` stands for `--in_channels`.
        super().__init__(name, context_settings={"token_normalize_func": _dashed}, **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Load the spec first: its params are options."""
        if ctx.resilient_parsing:
            return self._parse_unfinished(ctx, args)
        from layercalc.errors import SpecError, did_you_mean

        specs = [*self._specs_of(ctx, args)]
        try:
            self._load(ctx, specs, args)
        except SpecError:
            if not set(args).isdisjoint(ctx.help_option_names):
                click.echo(f"{ctx.get_help()}\n")
            raise
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if not specs:
                raise click.UsageError("no SPEC is named, and its params are options", ctx) from None
            known = [name for option in self.get_params(ctx) for name in option.opts]
            near = did_you_mean(error.option_name, known).split("'")[1:2]
            raise click.NoSuchOption(error.option_name, possibilities=near, ctx=ctx) from None

    def _parse_unfinished(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read an unfinished command line, for completion.

        An option that nothing has may be the param of a spec that comes behind it: it takes a value.
        """
        own = self._taken(ctx)
        candidates.read_typed(ctx, [*self._specs_of(ctx, args)])
        written = (arg[2:].partition("=")[0].replace("-", "_") for arg in args if arg.startswith("--"))
        names = dict.fromkeys(filter(str.isidentifier, written), "")
        names |= {param.name.text: candidates.help_of(param) for param in candidates.typed_params(ctx)}
        ctx.meta[_OPTIONS] = [
            ParamOption(name, help_) for name, help_ in names.items() if _spelling(name) not in own
        ]
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Give the options of the command, then those of the spec."""
        of_spec = ctx.meta.get(_OPTIONS, ())
        borne = {name for option in of_spec for name in option.opts}
        own = [
            param.without(borne) if isinstance(param, YieldingOption) else param
            for param in super().get_params(ctx)
        ]
        return [*own, *of_spec]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete `--in_ch` too."""
        return super().shell_complete(ctx, _dashed(incomplete))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the params of each spec on the line above the options."""
        options = {option.param: option for option in ctx.meta.get(_OPTIONS, ())}
        for program in ctx.meta.get(_PROGRAMS, ()):
            if program.params:
                with formatter.section(f"Params of {program.name}"):
                    formatter.write_dl([_record(param, options) for param in program.params])
        if ctx.meta.get(_PROGRAMS) and any(param.name == "measures" for param in self.params):
            self._format_measures(ctx, formatter, options)
        super().format_options(ctx, formatter)

    def _format_measures(
        self, ctx: click.Context, formatter: click.HelpFormatter, options: Mapping[str, ParamOption]
    ) -> None:
        """Write the measures that the specs and their law sets declare, and the params of the law sets."""
        from layercalc.resolve.measured import measures_of

        homes = [home for program in programs_of(ctx) for home in program.homes]
        own = {param.name.text for program in programs_of(ctx) for param in program.params}
        params = {p.name.text: p for home in homes for p in home.params if p.name.text not in own}
        found = {
            name: node for program in programs_of(ctx) for name, (node, _) in measures_of(program).items()
        }
        with formatter.section("Measures declared, for --measure"):
            formatter.write_dl([(name, visible(node.doc or node.span.text)) for name, node in found.items()])
            formatter.write_dl([_record(param, options) for param in params.values()])

    def _load(self, ctx: click.Context, specs: list[str], args: list[str]) -> None:
        if specs:
            from layercalc.resolve.loading import load_program

            laws = _laws_of(args) or self.usual_laws(args)
            ctx.meta[_PROGRAMS] = [load_program(spec, laws) for spec in specs]
            ctx.meta[_OPTIONS] = [*self._param_options(ctx)]

    def usual_laws(self, args: Sequence[str]) -> str:
        """Give the law set of the specs where --laws names none."""
        from layercalc.resolve.loading import DEFAULT_LAWS

        return DEFAULT_LAWS

    def _own_options(self, ctx: click.Context) -> dict[str, click.Option]:
        own = [param for param in super().get_params(ctx) if isinstance(param, click.Option)]
        return {name: option for option in own for name in option.opts}

    def _taken(self, ctx: click.Context) -> set[str]:
        """Give the spellings that no param can have."""
        own = self._own_options(ctx).items()
        return {
            name for name, option in own if not isinstance(option, YieldingOption) or name == option.opts[0]
        }

    def _specs_of(self, ctx: click.Context, args: list[str]) -> Iterator[str]:
        """Find the arguments that are neither options nor their values; here only the first is a spec."""
        yield from itertools.islice(self._arguments(ctx, args), 1)

    def _arguments(self, ctx: click.Context, args: list[str]) -> Iterator[str]:
        own = self._own_options(ctx)
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                yield from rest
            elif not arg.startswith("-") or arg == "-":
                yield arg
            else:
                takes_value = not own[arg].is_flag if arg in own else arg.startswith("--")
                if "=" not in arg and takes_value:
                    next(rest, None)

    def _param_options(self, ctx: click.Context) -> Iterator[ParamOption]:
        taken = self._taken(ctx)
        for name in dict.fromkeys(name for program in programs_of(ctx) for name in program.takes):
            if _spelling(name) not in taken:
                yield ParamOption(name)


class SpecsCommand(SpecCommand):
    """A command on several specs, with the params of all of them as options."""

    def _specs_of(self, ctx: click.Context, args: list[str]) -> Iterator[str]:
        return self._arguments(ctx, args)


def programs_of(ctx: click.Context) -> list[Program]:
    """Give the specs that the command was called on."""
    return ctx.meta[_PROGRAMS]  # type: ignore[no-any-return]


def files_of(ctx: click.Context) -> Iterator[str]:
    """Name the files that the command reads: those of its arguments, and those that its specs use."""
    for name, value in ctx.params.items():
        values = value if isinstance(value, tuple) else (value,)
        yield from (item for item in values if isinstance(item, str) and name != "out")
    for program in ctx.meta.get(_PROGRAMS, ()):
        yield from (spec.span.source.name for home in program.homes for spec in home.trees)


def program_of(ctx: click.Context) -> Program:
    """Give the spec that the command was called on."""
    return programs_of(ctx)[0]


def given_points(ctx: click.Context, assignments: tuple[str, ...]) -> dict[str, list[Given]]:
    """Read the values given by options and by `--set NAME=VALUE`: the points of each param."""
    from layercalc.errors import fail

    texts: dict[str, str] = {}
    for option in ctx.meta[_OPTIONS]:
        if (text := ctx.meta.get(f"{_VALUE}{option.param}")) is not None:
            texts[option.param] = text
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise fail(f"--set {assignment}: it takes NAME=VALUE")
        name = _program_with(ctx, name.strip()).param(name.strip()).name.text
        if name in texts:
            raise fail(f"--set {assignment}: {name} has a value already")
        texts[name] = text
    if not texts:
        return {}
    from layercalc.resolve.points import read_points

    given = {name: read_points(name, text) for name, text in texts.items()}
    for name, points in given.items():
        if not points:
            raise fail(f"--{name} {texts[name]}: no value lies in this range")
    return given


def _program_with(ctx: click.Context, name: str) -> Program:
    """Give the first program that has a param, else the first."""
    programs = programs_of(ctx)
    return next((program for program in programs if name in program.takes), programs[0])


def _record(param: tree.Param, options: Mapping[str, ParamOption]) -> tuple[str, str]:
    """Write the help of a param on one line: its syntax, doc string, default and condition."""
    name = param.name.text
    default = param.default.span.text if param.default is not None else name
    notes = [f"[default: {default}]" if len(default) < LONGEST else "[has a default]"]
    notes += [f"[where {param.where.span.text}]"] if param.where is not None else []
    given = f"{_spelling(name)} VALUE" if name in options else f"--set {name}=VALUE"
    return given, visible(" ".join([param.doc, *notes]).strip())


def _spelling(param: str) -> str:
    return f"--{_dashed(param)}"


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _laws_of(args: list[str]) -> str | None:
    """Find the law set before the options are read; the last one counts."""
    found = None
    for place, arg in enumerate(args):
        if arg.startswith("--laws="):
            found = arg.removeprefix("--laws=")
        elif arg == "--laws" and place + 1 < len(args):
            found = args[place + 1]
    return found
