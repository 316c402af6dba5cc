"""Builds the tree: one method for each rule of the grammar, which makes one node.

From: the children of a rule, every token included. To: a node of `tree` whose
span runs from the first child to the last. It builds and never computes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lark import Token, Transformer

from layercalc.errors import Source, Span
from layercalc.syntax import tree

Children = list[Any]


class _Braced(NamedTuple):
    """The nodes between two braces, and the span with the braces."""

    nodes: Children
    span: Span


class Builder(Transformer[Token, Any]):
    """Builds the tree of `source`, which the parser sets before each text."""

    source = Source("", "")

    def _span(self, children: Children) -> Span:
        first, last = children[0], children[-1]
        if last is None:
            last = next(child for child in reversed(children) if child is not None)
        start = first.start_pos or 0 if isinstance(first, Token) else first.span.start
        end = last.end_pos or 0 if isinstance(last, Token) else last.span.end
        return Span(self.source, start, end)

    # expressions

    def word(self, children: Children) -> tree.Word:
        return tree.Word(str(children[0]), self._span(children))

    def number(self, children: Children) -> tree.Number:
        return tree.Number(str(children[0]), self._span(children))

    def string(self, children: Children) -> tree.String:
        return tree.String(children[0][1:-1], self._span(children))

    def name(self, children: Children) -> tree.Name:
        return tree.Name(str(children[0]), self._span(children))

    def tensor(self, children: Children) -> tree.Current:
        return tree.Current(self._span(children))

    def attribute(self, children: Children) -> tree.Attribute:
        return tree.Attribute(children[0], self._word(children[2]), self._span(children))

    def index(self, children: Children) -> tree.Index:
        return tree.Index(children[0], children[2], self._span(children))

    def keyword_argument(self, children: Children) -> tree.Argument:
        return tree.Argument(self._word(children[0]), children[2], self._span(children))

    def arguments(self, children: Children) -> Children:
        nodes = _nodes(children)
        return [n if isinstance(n, tree.Argument) else tree.Argument(None, n, n.span) for n in nodes]

    def apply(self, children: Children) -> tree.Apply:
        return tree.Apply(self._word(children[0]), tuple(children[2] or ()), self._span(children))

    def group(self, children: Children) -> tree.Group:
        return tree.Group(children[1], self._span(children))

    def tuple(self, children: Children) -> tree.Sequence:
        return tree.Sequence("(", (*_nodes(children),), self._span(children))

    def list(self, children: Children) -> tree.Sequence:
        return tree.Sequence("[", (*_nodes(children),), self._span(children))

    def comprehension(self, children: Children) -> tree.Comprehension:
        value, target, items, condition = children[1], children[3], children[5], children[7]
        return tree.Comprehension(value, target, items, condition, self._span(children))

    def targets(self, children: Children) -> tree.Targets:
        return tree.Targets((*_nodes(children),), self._span(children))

    def _chain(self, children: Children) -> tree.Chain:
        return tree.Chain((*children[::2],), (*map(str, children[1::2]),), self._span(children))

    sum = product = comparison = conjunction = disjunction = _chain

    def _prefix(self, children: Children) -> tree.Prefix:
        return tree.Prefix(str(children[0]), children[1], self._span(children))

    signed = denial = _prefix

    def power(self, children: Children) -> tree.Power:
        return tree.Power(children[0], children[2], self._span(children))

    def conditional(self, children: Children) -> tree.Conditional:
        cases, otherwise = [(children[1], children[3])], children[5]
        if isinstance(otherwise, tree.Conditional):
            cases, otherwise = [*cases, *otherwise.cases], otherwise.otherwise
        return tree.Conditional((*cases,), otherwise, self._span(children))

    def match(self, children: Children) -> tree.Match:
        return tree.Match(children[1], (*_nodes(children[3:]),), self._span(children))

    def patterns(self, children: Children) -> Children:
        return children

    plain_patterns = patterns

    def arm(self, children: Children) -> tree.Arm:
        patterns = children[0]
        span = Span(self.source, self._span(patterns).start, children[2].span.end)
        return tree.Arm((*_nodes(patterns),), children[2], span)

    plain_arm = arm

    def interval(self, children: Children) -> tree.Interval:
        return tree.Interval(children[0], children[2], children[4], self._span(children))

    def values(self, children: Children) -> Children:
        return _nodes(children)

    # steps

    def naming(self, children: Children) -> Children:
        return children[1]  # type: ignore[no-any-return]

    def call(self, children: Children) -> tree.Call:
        name, _, arguments, _, bound = children
        return tree.Call(name, tuple(arguments or ()), tuple(bound or ()), self._span(children[:4]))

    def merge(self, children: Children) -> tree.Merge:
        name, arguments, bound = children[0], children[2], children[-1]
        branches = [*zip(children[4:-2:2], children[5:-1:2], strict=True)]
        bodies = (*(self._body_of(steps, before.end_pos) for before, steps in branches),)
        return tree.Merge(name, tuple(arguments or ()), bodies, tuple(bound or ()), self._span(children[:-1]))

    def _body_of(self, branch: Any, start: int) -> tree.Body | tree.EachBranch:
        return branch if isinstance(branch, tree.EachBranch) else self._branch(branch, start)

    def _branch(self, steps: Children, start: int) -> tree.Body:
        if steps:
            return tree.Body((*steps,), Span(self.source, steps[0].span.start, steps[-1].span.end))
        return tree.Body((), Span(self.source, start, start))

    def each_branch(self, children: Children) -> tree.EachBranch:
        _, target, _, items, bar, steps = children
        body = self._branch(steps, bar.end_pos)
        span = Span(self.source, children[0].start_pos, max(bar.end_pos, body.span.end))
        return tree.EachBranch(target, items, body, span)

    def entry(self, children: Children) -> tree.Entry:
        return tree.Entry(children[0], children[2], self._span(children))

    def words(self, children: Children) -> Children:
        return _nodes(children)

    places = words

    def origin(self, children: Children) -> tree.From:
        _, names, bound = children
        span = Span(self.source, children[0].start_pos, names[-1].span.end)
        return tree.From((*names,), tuple(bound or ()), span)

    def repeat(self, children: Children) -> tree.Repeat:
        _, count, body, bound = children
        return tree.Repeat(count, body, tuple(bound or ()), self._span(children[:3]))

    def for_each(self, children: Children) -> tree.ForEach:
        _, target, _, items, body, bound = children
        return tree.ForEach(target, items, body, tuple(bound or ()), self._span(children[:5]))

    def choose(self, children: Children) -> tree.Choose:
        *steps, bound = children
        nodes = _nodes(steps)
        bodies = [*zip(nodes[0::2], nodes[1::2], strict=False)]
        otherwise = nodes[-1] if len(nodes) % 2 else None
        return tree.Choose((*bodies,), otherwise, tuple(bound or ()), self._span(steps))

    def let(self, children: Children) -> tree.Let:
        return tree.Let(children[1], children[3], self._span(children))

    def let_function(self, children: Children) -> tree.LetFunction:
        _, name, _, parameters, _, _, value = children
        return tree.LetFunction(name, tuple(parameters or ()), value, self._span(children))

    def shared(self, children: Children) -> tree.Shared:
        return tree.Shared(children[1], children[3], self._span(children))

    def call_of(self, children: Children) -> tree.Call:
        return self.call([*children, None])

    def chain(self, children: Children) -> Children:
        return _nodes(children)

    def body(self, children: Children) -> tree.Body:
        steps = (step for chain in children[1:-1] for step in chain)
        return tree.Body((*steps,), self._span(children))

    def branch(self, children: Children) -> Children:
        return [step for chain in children for step in chain]

    # declarations

    def _title(self, children: Children) -> tree.Title:
        title = str(children[2])[1:-1] if children[2] else ""
        return tree.Title(str(children[0]), children[1], title, self._span(children))

    network = law_set = _title

    def use(self, children: Children) -> tree.Use:
        token = children[1]
        path = tree.String(token[1:-1], Span(self.source, token.start_pos, token.end_pos))
        return tree.Use(path, self._span(children))

    def param(self, children: Children) -> tree.Param:
        _, name, _, kind, _, default, _, where, doc = children
        return tree.Param(name, kind, default, where, str(doc)[1:-1] if doc else "", self._span(children))

    def parameter(self, children: Children) -> tree.Parameter:
        name, _, kind, _, default = children
        return tree.Parameter(name, kind, default, self._span(children))

    def parameters(self, children: Children) -> Children:
        return _nodes(children)

    def block(self, children: Children) -> tree.Block:
        _, name, _, parameters, _, _, inputs, body = children
        return tree.Block(name, tuple(parameters or ()), tuple(inputs or ()), body, self._span(children))

    def field(self, children: Children) -> tree.Field:
        return tree.Field(children[0], children[2], self._span(children))

    def fields(self, children: Children) -> _Braced:
        return _Braced(_nodes(children), self._span(children))

    def layer(self, children: Children) -> tree.Layer:
        _, name, _, parameters, _, _, inputs, fields = children
        laws = tuple(fields.nodes)
        return tree.Layer(name, tuple(parameters or ()), tuple(inputs or ()), laws, self._span(children))

    def activation(self, children: Children) -> tree.Activation:
        name, parameters, formula, fields = children[1], children[3], children[6], children[7]
        laws = tuple(fields.nodes) if fields else None
        return tree.Activation(name, tuple(parameters), formula, laws, self._span(children))

    def measure(self, children: Children) -> tree.Measure:
        _, name, doc, _, over, value = children
        told, how = str(doc)[1:-1] if doc else "", str(over).split()[0] if over else ""
        return tree.Measure(name, told, how, value, self._span(children))

    def spec(self, children: Children) -> tree.Spec:
        items = (step for child in children for step in (child if type(child) is list else [child]))
        return tree.Spec((*items,), Span(self.source, 0, len(self.source.text)))

    def _word(self, token: Token) -> tree.Word:
        return tree.Word(str(token), Span(self.source, token.start_pos or 0, token.end_pos or 0))


def _nodes(children: Children) -> Children:
    return [child for child in children if child is not None and not isinstance(child, Token)]
