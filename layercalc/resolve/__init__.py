"""Tree to network: params, conditions, blocks and shapes.

From: a `Program`, the spec with what it uses and the law set, and the values
given for its params. To: a `Network`. Promises: every condition is decided,
every shape is known, a block used twice with equal arguments on equal shapes is
one body, a repeat of an unchanged body is written once, and all independent
mistakes are told together. It reads shapes only; no measure is taken here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layercalc import limits
from layercalc.errors import LimitError, SpecError
from layercalc.expressions.scope import LOST, Context, Knowledge, Value
from layercalc.network import Network
from layercalc.resolve.assume_option import Assumed
from layercalc.resolve.flow import Flow, Resolution
from layercalc.resolve.measured import quantities
from layercalc.resolve.names import check_given, check_names
from layercalc.resolve.params import bind_param
from layercalc.resolve.program import Given, Program
from layercalc.resolve.steps import RULES
from layercalc.syntax import tree


def resolve(
    program: Program,
    given: Mapping[str, Given] | None = None,
    assume: Sequence[tree.Expression] = (),
    knowledge: Knowledge | None = None,
) -> Network:
    """Build the network of a program with some of its params given, and conditions taken as true.

    `knowledge` is what comes to be known of symbols, for those who ask for it after a refusal too.

    >>> from layercalc.resolve.loading import load_program
    >>> network = resolve(load_program("lenet"))
    >>> network.name, str(network.body.shapes[0])
    ('LeNet5', '1 x 32 x 32')

    Raises `SpecError` with all the mistakes that could be told apart.
    """
    with limits.deep_recursion():
        return _resolve(program, dict(given or {}), Assumed(assume), knowledge or Knowledge())


def _resolve(program: Program, given: dict[str, Given], assumed: Assumed, knowledge: Knowledge) -> Network:
    check_given(program, given)
    program.reset()
    shared = Resolution(program, Context(program.scope, knowledge=knowledge), RULES)
    shared.errors.extend(check_names(program))
    flow, params, body = Flow.outermost(shared, program.scope), {}, None
    try:
        params = _run(program, given, assumed, flow)
        body = flow.finish() if not shared.errors else None
    except SpecError as error:
        if isinstance(error, LimitError) and error.diagnostics and not shared.errors:
            raise
        shared.errors.extend(error.diagnostics)
    if shared.errors or body is None:
        raise SpecError(sorted(shared.errors, key=program.place))
    constants = dict(program.law_set.scope.names) if program.law_set is not None else {}
    facts, granted = knowledge.facts, knowledge.granted
    head = (program.name, program.title, body, params, program.laws)
    measures = quantities(program, shared.context, params)
    return Network(*head, facts, constants, granted, flow.outputs(), measures)


def _run(program: Program, given: Mapping[str, Given], assumed: Assumed, flow: Flow) -> dict[str, Value]:
    """Do all that the spec says, in its order; give the values of its params."""
    shared, params = flow.shared, dict[str, Value]()
    if program.law_set is not None:
        params |= _laws(program.law_set, given, assumed, Flow.outermost(shared, program.law_set.scope))
    for item in program.items:
        if not isinstance(item, tree.Param):
            flow.run_step(item)
            continue
        name = item.name.text
        params[name] = LOST
        with shared.gathering():
            params[name] = bind_param(item, given.get(name), assumed, shared.context)
        if params[name] is LOST:
            program.scope.names[name] = LOST
    if LOST not in params.values():
        with shared.gathering():
            assumed.check()
    return params


def _laws(laws: Program, given: Mapping[str, Given], assumed: Assumed, flow: Flow) -> dict[str, Value]:
    """Do what the law set says; give the values of its params that are given."""
    told = dict[str, Value]()
    for item in laws.items:
        if not isinstance(item, tree.Param):
            flow.run_step(item)
            continue
        name = item.name.text
        with flow.shared.gathering():
            value = bind_param(item, given.get(name), assumed, flow.context)
            told |= {name: value} if name in given else {}
    return told
