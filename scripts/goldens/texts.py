#!/usr/bin/python3
"""Golden inputs of texts, by scikit-learn: counts and tf-idf of each word and pair, not normalised and normalised.

usage: scripts/goldens/texts.py        (Debian: python3-torch, python3-sklearn; written with 1.13 and 1.2)

The columns are WORDS; TextEncoderTest finds each by its hash.
"""

import sklearn
import torch
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from goldens import Golden

TEXTS = ["The cat sat on the mat. The cat!", "A dog_1 sat; x y zz", "Der ÄRGER über 2nd CAT", "", "x"]
WORDS = ["the", "cat", "sat", "on", "mat", "dog_1", "zz", "der", "ärger", "über", "2nd"]
PAIRS = ["the cat", "cat sat", "sat on", "on the", "the mat", "mat the", "dog_1 sat", "sat zz", "der ärger", "ärger über",
         "über 2nd", "2nd cat"]

golden = Golden("texts", "scripts/goldens/texts.py, scikit-learn " + sklearn.__version__)
counts = CountVectorizer(ngram_range=(1, 2), vocabulary=WORDS + PAIRS).fit_transform(TEXTS)
golden.add("counts", torch.tensor(counts.toarray()).double())
for norm in (None, "l2"):
    weighed = TfidfTransformer(norm=norm).fit_transform(counts)
    golden.add("tfidf." + str(norm).lower(), torch.tensor(weighed.toarray()).double())
golden.add("counts.l2", torch.nn.functional.normalize(torch.tensor(counts.toarray()).double()))
golden.write()
