"""What people paste or bring along from elsewhere, and what it is here: tables of hints.

From: a character, or a name of torch.nn, keras.layers or flax.linen, that has no meaning in the
language. To: a hint. Promises: it is asked only behind a mistake, so that no lawful name is
touched by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from layercalc.errors import Diagnostic, Span

#: Characters by their names in Unicode, and what is written for them.
CHARACTERS: Mapping[str, str] = {
    "MINUS SIGN | HYPHEN | NON-BREAKING HYPHEN | FIGURE DASH | EN DASH | EM DASH | HORIZONTAL BAR":
        "minus is written -",
    "MULTIPLICATION SIGN | ASTERISK OPERATOR | MULTIPLICATION X | HEAVY MULTIPLICATION X":
        "a product is written *, and several sizes (3, 3)",
    "MIDDLE DOT | DOT OPERATOR | BULLET OPERATOR | BULLET": "a product is written *",
    "DIVISION SIGN | DIVISION SLASH": "a quotient is written /",
    "GREATER-THAN OR EQUAL TO | GREATER-THAN OR SLANTED EQUAL TO": "`at least` is written >=",
    "LESS-THAN OR EQUAL TO | LESS-THAN OR SLANTED EQUAL TO": "`at most` is written <=",
    "NOT EQUAL TO": "`not equal` is written !=",
    "RIGHTWARDS ARROW | LONG RIGHTWARDS ARROW | HEAVY WIDE-HEADED RIGHTWARDS ARROW"
    " | HEAVY ROUND-TIPPED RIGHTWARDS ARROW | TRIANGLE-HEADED RIGHTWARDS ARROW"
    " | HEAVY TRIANGLE-HEADED RIGHTWARDS ARROW": "the arrow between two steps is written ->",
    "RIGHTWARDS DOUBLE ARROW | LONG RIGHTWARDS DOUBLE ARROW": "the arrow of an arm is written =>",
    "LEFT DOUBLE QUOTATION MARK | RIGHT DOUBLE QUOTATION MARK | DOUBLE LOW-9 QUOTATION MARK"
    " | DOUBLE HIGH-REVERSED-9 QUOTATION MARK | LEFT-POINTING DOUBLE ANGLE QUOTATION MARK"
    " | RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK | DOUBLE PRIME":
        'a text stands between straight quotes, " and "',
    "APOSTROPHE | LEFT SINGLE QUOTATION MARK | RIGHT SINGLE QUOTATION MARK"
    " | SINGLE LOW-9 QUOTATION MARK | SINGLE HIGH-REVERSED-9 QUOTATION MARK | PRIME | GRAVE ACCENT"
    " | ACUTE ACCENT": 'words such as same stand without quotes, and a text between " and "',
    "QUOTATION MARK": 'a text stands between " and " on one line',
    "LOGICAL AND | AMPERSAND": "`and` joins conditions",
    "LOGICAL OR": "`or` joins conditions",
    "NOT SIGN | EXCLAMATION MARK": "`not` turns a condition round",
    "ELEMENT OF": "`in` stands between a name and a list",
    "SQUARE ROOT": "a root is written sqrt(x)",
    "N-ARY SUMMATION | GREEK CAPITAL LETTER SIGMA": "a sum is written sum([f(i) for i in range(n)])",
    "N-ARY PRODUCT | GREEK CAPITAL LETTER PI": "a product is written product([f(i) for i in range(n)])",
    "LEFT FLOOR | RIGHT FLOOR": "rounded down is written floor(x)",
    "LEFT CEILING | RIGHT CEILING": "rounded up is written ceil(x)",
    "SEMICOLON": "a line end parts two steps",
    "REVERSE SOLIDUS": "a statement goes on by itself, without a sign at the end of the line",
}  # fmt: skip

#: What stands directly at a mistake, with the characters around it, and what is written for it.
AROUND: Mapping[str, str] = {
    r"\d+\s?[xX]\s?\d+([xX]\d+)*": "several sizes are written (3, 3), and one for all axes 3",
    r"\d+(_\d+)+": "figures are not grouped: 1000",
    r"(?<!\d)\d{1,3}(,\d{3})+(?!\d)": "figures are not grouped: 37000 for 37,000",
    r"\d+(?![eE]\d)[A-Za-z]\w*": "a product is written with its sign: 2 * n",
    r"\.\d+": "a decimal begins with a figure: 0.5",
    r"\d+\.(?!\d).": "a decimal ends with a figure: 1.0",
    r"\*\*": "a power is written ^",
    r"&&": "`and` joins conditions",
    r"\|\|": "`or` joins conditions",
    r"//|/\*|--": "a comment begins with #",
    r"[\w)\]]\s*=(?!=)": "`let x = ...` names a value, and == compares two",
    r":=": "a value is named by `let x = ...`",
    r"elif\b.*": "a further condition is written else if",
    r"(self|nn|torch|tf|keras|layers|flax|jnp|F)\.\w+": "layers stand without a prefix: conv(64, 3)",
}

#: Steps of other libraries, in lower case and without underscores and 1d, 2d or 3d, and ours.
STEPS: Mapping[str, str] = {
    "conv convolution lazyconv convlayer convnd convolutional": "`conv(filters, kernel)`, of any rank",
    "convtranspose deconv deconvolution convtransposed transposedconv transposeconv lazyconvtranspose":
        "`conv_transpose(filters, kernel)`, of any rank",
    "depthwiseconv dwconv depthwise": "`conv(in.channels, kernel, groups = in.channels)`",
    "separableconv sepconv": "`conv(in.channels, kernel, groups = in.channels)`, then `conv(filters, 1)`",
    "groupconv groupedconv": "`conv(filters, kernel, groups = ...)`",
    "linear lazylinear timedistributed einsumdense densegeneral":
        "`dense(units)` takes all of its input, `linear(units)` acts at each position",
    "fc fullyconnected innerproduct affine densely": "`dense(units)`",
    "maxpooling maxpool maxpoollayer": "`maxpool(kernel)`, of any rank",
    "avgpool averagepooling averagepool avgpooling meanpool lppool": "`avgpool(kernel)`, of any rank",
    "globalavgpool globalaveragepooling gap globalavgpooling globalaveragepool": "`global_avgpool`",
    "globalmaxpool globalmaxpooling gmp": "`global_maxpool`",
    "adaptiveavgpool adaptiveaveragepool adaptiveaveragepooling": "`adaptive_avgpool(size)`",
    "adaptivemaxpool adaptivemaxpooling": "`adaptive_maxpool(size)`",
    "batchnorm bn batchnormalization lazybatchnorm syncbatchnorm": "`batchnorm`",
    "layernorm ln layernormalization": "`layernorm`",
    "groupnorm gn groupnormalization": "`groupnorm(groups)`",
    "instancenorm lazyinstancenorm instancenormalization": "`instancenorm`",
    "rmsnorm rmsnormalization unitnormalization": "`rmsnorm`",
    "localresponsenorm localresponsenormalization crossmaplrn": "`lrn`",
    "relu rectifier rectifiedlinear": "`relu`",
    "leakyrelu lrelu": "`leaky_relu(slope)`",
    "prelu rrelu": "`prelu`",
    "hardswish hswish": "`hardswish`",
    "hardsigmoid hsigmoid": "`hardsigmoid`",
    "logsoftmax softmax2d softmin": "`softmax`",
    "logistic logsigmoid": "`sigmoid`",
    "softplus softsign softshrink hardshrink hardtanh tanhshrink threshold celu squareplus":
        "declare it by its formula: activation softplus(x) = log(1 + exp(x))",
    "activation nonlinearity": "an activation is a step of its own: `relu`, `sigmoid`, `softmax`",
    "alphadropout featurealphadropout spatialdropout gaussiandropout gaussiannoise droppath stochasticdepth":
        "`dropout`",
    "view unflatten squeeze unsqueeze expanddims rearrange": "`reshape([channels, height, width])`",
    "transpose movedim swapaxes": "`permute([0, 2, 1])`",
    "zeropad zeropadding padding reflectionpad replicationpad constantpad circularpad cropping crop":
        "`pad(before)`, negative to crop",
    "upsampling upsamplingbilinear upsamplingnearest interpolate resize resizing bilinear nearest":
        "`upsample(factor)` or `upsample(size = ...)`",
    "pixelshuffle depthtospace": "`pixel_shuffle(factor)`",
    "pixelunshuffle spacetodepth unfold patchify": "`pixel_unshuffle(factor)`",
    "channelshuffle": "`channel_shuffle(groups)`",
    "embedding embed embeddingbag wordembedding": "`embedding(words, units)`, of `input(1, length)`",
    "positionalencoding positionembedding posembed parameter": "`learned(sizes)`",
    "classtoken clstoken": "`token`",
    "lstm": '`lstm(units)`, with use "blocks/recurrent.arch"',
    "gru": '`gru(units)`, with use "blocks/recurrent.arch"',
    "rnn simplernn": '`rnn(units)`, with use "blocks/recurrent.arch"',
    "lstmcell": '`lstm_cell(units)`, with use "blocks/recurrent.arch"',
    "grucell": '`gru_cell(units)`, with use "blocks/recurrent.arch"',
    "rnncell simplernncell simplecell": '`rnn_cell(units)`, with use "blocks/recurrent.arch"',
    "attention multiheadattention multiheaddotproductattention selfattention mha groupedqueryattention "
    "scaleddotproductattention additiveattention": '`attention(heads)`, with use "blocks/sequence.arch"',
    "crossattention": '`cross_attention(heads)`, with use "blocks/sequence.arch"',
    "mlp ffn feedforward": '`mlp(hidden)`, with use "blocks/sequence.arch"',
    "swiglu": '`swiglu(hidden)`, with use "blocks/sequence.arch"',
    "moe mixtureofexperts experts": '`experts(count, active, hidden)`, with use "blocks/experts.arch"',
    "squeezeexcite squeezeexcitation se selayer": '`squeeze_excite(reduced)`, with use "blocks/se.arch"',
    "transformerencoderlayer transformerdecoderlayer transformer transformerencoder transformerblock":
        "write it of attention and mlp, as the shipped spec `transformer`",
    "concatenate cat concatlayer stack hstack join": "`concat { A | B }`",
    "addition plus residual skip shortcut sum2": "`add { A | identity }`",
    "multiply mult product": "`mul { A | B }`",
    "subtract minus": "`sub { A | B }`",
    "maximum": "`max { A | B }`",
    "average": "`add { A | B }`: a mean of branches has the power and complexity of their sum",
    "bmm mm einsum dot dotproduct batchmatmul": "`matmul { A | B }`",
    "reducemean": "`mean(axis)`",
    "reducesum": "`sum(axis)`",
    "sequential modulelist modules layerlist": "steps stand in series as they are written",
    "inputlayer inputs placeholder": "`input(channels, height, width)`",
    "lambda function module layer": "declare it: `layer name(parameters) { shape = ... }`",
    "crossentropyloss crossentropy mseloss nllloss loss bceloss l1loss":
        "a spec ends with the network's output, before the loss",
}  # fmt: skip

#: Arguments of other libraries, in lower case and without underscores, and ours.
ARGUMENTS: Mapping[str, str] = {
    "outchannels outputs nout numfilters nfilters features dout":
        "`filters` of convolutions, `units` of dense layers",
    "inchannels infeatures inputdim inputsize inputshape nin numinputs din":
        "what enters is read from the value before, and not given",
    "kernelsize ksize k poolsize windowshape filtersize": "it is called `kernel` here",
    "strides s subsampling": "it is called `stride` here",
    "pad p2 paddingmode": "it is called `padding` here",
    "dilationrate rate2 kerneldilation": "it is called `dilation` here",
    "featuregroupcount numgroups": "it is called `groups` here",
    "outfeatures hiddensize hiddendim hidden numunits dmodel embedsize embeddingdim outputdim":
        "it is called `units` here",
    "usebias withbias hasbias biasattr": "it is called `bias` here, true or false",
    "act activation nonlinearity activationfn": "an activation is a step of its own: conv(64, 3) -> relu",
    "norm normalization": "a normalization is a step of its own: conv(64, 3) -> batchnorm",
    "numheads nheads nhead": "it is called `heads` here",
    "numembeddings vocabsize inputvocab": "it is called `words` here",
    "p prob dropoutrate keepprob": "it is called `rate` here",
    "scalefactor": "it is called `factor` here",
    "ceilmode": "it is called `ceil` here",
    "negativeslope negative alpha2": "it is called `slope` here",
    "dim": "it is called `axis` here",
    "normalizedshape eps epsilon momentum affine center dtype device name trainable dataformat":
        "leave it out: it changes no measure",
}  # fmt: skip

#: Characters before and behind a mistake that are looked at.
NEAR = 40
#: The end of a number whose figures are grouped, read as a number of its own.
_GROUPED = r"[0-9],0[0-9]{2}"
_RANKED = r"[_ ]?[123]d$"


@cache
def _lookup(table: str) -> Mapping[str, str]:
    words = STEPS if table == "steps" else ARGUMENTS
    return {name: hint for names, hint in words.items() for name in names.split()}


def step_hint(name: str) -> str:
    """Tell what a step of another library is called here; nothing for any other name.

    >>> step_hint("AvgPool2d")
    'here it is `avgpool(kernel)`, of any rank'
    """
    hint = _lookup("steps").get(re.sub(_RANKED, "", name.lower()).replace("_", ""), "")
    return f"here it is {hint}" if hint.startswith("`") else hint


def argument_hint(name: str) -> str:
    """Tell what an argument of another library is called here; nothing for any other name.

    >>> argument_hint("kernel_size")
    'it is called `kernel` here'
    """
    return _lookup("arguments").get(name.lower().replace("_", ""), "")


def character_hint(char: str) -> str:
    r"""Tell what is written for a character that has no meaning.

    >>> character_hint("≥"), character_hint("\u00a0"), character_hint("\uff08")
    ('`at least` is written >=', 'this is a no-break space: a plain one parts words', 'write (')
    """
    import unicodedata  # only mistakes ask for it

    name = unicodedata.name(char, f"U+{ord(char):04X}")
    for names, hint in CHARACTERS.items():
        if name in names.split(" | "):
            return hint
    kind, name = unicodedata.category(char), name.lower()
    if kind == "Zs":
        return f"this is a {name}: a plain one parts words"
    if kind in ("Cf", "Cc"):
        return f"this is an invisible character, {name}: take it out"
    plain = unicodedata.normalize("NFKC", char)
    if char in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return f"a power is written ^{plain}"
    if plain != char and plain.isascii():
        return f"write {plain}"
    return "a name is made of a to z, A to Z, figures and _" if kind[0] in "LM" else ""


def grouped(number: Span) -> Diagnostic | None:
    """Refuse the second of two numbers that are one with grouped figures, as in `37,000`."""
    text, start = number.source.text, number.start
    if not text.startswith(",0", start - 1) or not re.fullmatch(_GROUPED, text[start - 2 : number.end]):
        return None
    return Diagnostic(f"{number.text} is read as a number of its own", number, place_hint(number))


def place_hint(span: Span) -> str:
    """Tell what is written for what stands around a place, if that is something that people bring along."""
    line = span.source.text.rfind("\n", 0, span.start) + 1
    end = span.source.text.find("\n", span.start)
    text, place = span.source.text[line : end if end >= 0 else None], span.start - line
    near = slice(max(0, place - NEAR), place + NEAR)
    for pattern, hint in AROUND.items():
        found = re.compile(pattern).finditer(text[near])
        if any(match.start() <= place - near.start <= match.end() - 1 for match in found):
            return hint
    return ""
