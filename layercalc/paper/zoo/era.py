"""The era of a recipe, as far as the tag of its weights tells.

From: a tag of timm, what stands after the dot of a published name: `fb_in22k_ft_in1k`. To: one of
`ERAS`. A tag names who trained, on what, and sometimes how; the rules are tried in order, the first
that a word of the tag meets is taken, for weights taught by another network or by other images
are above what their recipe alone gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The eras from the paper's own to the farthest from it, each with what its weights have seen.
ERAS: Mapping[str, str] = {
    "first": "ImageNet-1k as the first libraries trained: about 100 epochs, crops and flips",
    "own": "the authors' own weights: the tag tells who trained at most, not how",
    "long": "ImageNet-1k, trained again for 300 to 3600 epochs with strong augmentation",
    "taught": "a larger network's answers besides the labels",
    "more": "pretrained on the 12,000 to 22,000 classes of ImageNet",
    "unlabelled": "pretrained on images without their labels: masked, or compared",
    "web": "pretrained on images of the web: 100 million and more",
}

_RULES = (
    # CLIP's pairs of OpenAI and LAION, WebLI, JFT, Instagram's hashtags, YFCC, and merged sets of 30 million.
    ("web", r"clip|openai|laion\w*|webli|jft|ig1b|yfcc100m|swag|seer|m30m|m38m"),
    # Distilled, by several authors; SSLD is Baidu's name for it.
    ("taught", r"dist|distilled|ssld"),
    # Masked images (MAE, FCMAE, MIM), and BEiT and EVA, whose tags go from a set to the same set with labels.
    ("unlabelled", r"mae|fcmae|mim|pd|in22k_ft_in22k|in1k_ft_in22k|(?<!nv_)in1k_ft_in1k|indomain"),
    ("more", r"in21k|in22k|in12k"),
    # torchvision's first weights, those of Gluon, MXNet, TensorFlow's models (with AutoAugment and
    # adversarial examples too) and of the authors of RegNet, RepVGG, GENet, ReXNet and HRNet.
    ("first", r"tv|gluon|mx|tf|pycls|rvgg|idstcv|nav|rmsp|aa|ap|ms_aug"),
    # ResNet strikes back (a1 to d, h for what holds networks with attention), RandAugment (ra to ra4), the
    # second weights of torchvision, and runs whose tags tell their epochs or the size that they trained at.
    ("long", r"[abcd][123]?h?|c2ns|bt|ch|ah|agc|am|b[12]k|ra[234m]?|racm|tv2|lamb|augreg|sam|sbb2?|sw|ix"),
    ("long", r"e\d+|r\d+|\d+ep|miil|usi|deit|ft"),
)


def era(tag: str) -> str:
    """Tell the era of a recipe.

    >>> [era(tag) for tag in ("tv_in1k", "a1_in1k", "fb_in22k_ft_in1k", "fb_dist_in1k", "in1k")]
    ['first', 'long', 'more', 'taught', 'own']
    """
    for name, words in _RULES:
        if re.search(rf"(?:^|_)(?:{words})(?:_|$)", tag):
            return name
    return "own"
