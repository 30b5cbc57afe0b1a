"""Writes text_metrics.json: what the reference implementations say about invented texts.

Run with:  pip install sacrebleu==2.6.0 rouge-score==0.1.2 nltk==3.10.4
           python text_metrics.py > text_metrics.json

BLEU and chrF come from sacrebleu, ROUGE and the stems from rouge-score (with NLTK's
Porter stemmer). Token F1 and exact match are restated below from the definition in the
SQuAD 2 evaluation script. Scores are on the scale 0 to 1.
"""

import collections
import json
import re
import string
import sys

import sacrebleu
from nltk.stem.porter import PorterStemmer
from rouge_score import rouge_scorer
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

# Candidate, references.
CASES = [
    ("The ferry leaves at noon.", ["The ferry leaves at noon."]),
    ("The ferry leaves at noon.", ["The ferry departs at noon."]),
    ("The ferry leaves at noon", ["The ferry leaves at noon."]),
    ("the ferry leaves at noon.", ["The Ferry Leaves At Noon."]),
    ("At noon the ferry leaves.", ["The ferry leaves at noon."]),
    ("ferry", ["ferry"]),
    ("ferry", ["boat"]),
    ("a", ["a"]),
    ("", [""]),
    ("", ["Something was expected here."]),
    ("Nothing was expected here.", [""]),
    ("   ", ["x"]),
    ("\n\t", ["\n"]),
    ("alpha beta gamma", ["delta epsilon zeta"]),
    ("one two", ["one two three four five six seven eight nine ten"]),
    ("one two three four five six seven eight nine ten", ["one two"]),
    ("one two three four", ["one two three four"]),
    ("one two three", ["one two three"]),
    ("one two", ["one two"]),
    ("no no no no no no", ["no"]),
    ("no", ["no no no no no no"]),
    ("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]),
    ("It costs $1,234.56, doesn't it?", ["It costs $1,234.56, does it not?"]),
    ("It costs 1234.56 dollars.", ["It costs $1,234.56."]),
    ("Version 2.0 -- released 2024-05-17.", ["Version 2.0 was released on 2024-05-17."]),
    ("3-day trip, 4,5 stars; 7.5/10.", ["A 3-day trip: 4.5 stars, 7.5/10."]),
    ("Pi is 3.14159...", ["Pi is about 3.14159."]),
    ("e = 2.718,and more", ["e = 2.718, and more"]),
    ("10-12 people, -5 degrees", ["10-12 people, minus 5 degrees"]),
    ("50% of 80 is 40", ["50 % of 80 is 40"]),
    ("!!! ??? ...", ["... ??? !!!"]),
    ("(a) [b] {c} <d> \"e\" 'f'", ["a b c d e f"]),
    ("Wait -- what?! No... yes; maybe: (never).", ["Wait, what? No, yes, maybe, never."]),
    ("co-operate re-enter", ["cooperate reenter"]),
    ("rock'n'roll isn't dead", ["rock n roll is not dead"]),
    ("a/b|c\\d~e^f`g@h#i", ["a b c d e f g h i"]),
    ("Tom &amp; Jerry &lt;b&gt; &quot;quoted&quot;", ["Tom & Jerry <b> \"quoted\""]),
    ("&amp;lt; is tricky", ["< is tricky"]),
    ("<skipped>nothing here", ["nothing here"]),
    ("a broken-\nword line", ["a brokenword line"]),
    ("two\nlines here", ["two lines here"]),
    ("tabs\tand\u00a0no-break  spaces", ["tabs and no-break spaces"]),
    ("trailing space and dash -\n", ["trailing space and dash"]),
    ("under_score snake_case", ["under score snake case"]),
    ("Ünïcödé wörds ärë fün", ["Unicode words are fun"]),
    ("Das Mädchen aß ein süßes Brötchen.", ["Das Mädchen hat ein süßes Brötchen gegessen."]),
    ("L’été dernier, nous étions à Genève.", ["L'été dernier, nous étions à Genève."]),
    ("¿Dónde está la estación?", ["¿Dónde queda la estación?"]),
    ("Привет, как дела?", ["Привет! Как у тебя дела?"]),
    ("Η γάτα κοιμάται ΣΟΦΟΣ", ["Η γάτα κοιμόταν σοφός"]),
    ("猫が窓の上で寝ている。", ["猫が窓辺で寝ています。"]),
    ("今天天气很好。", ["今天的天气非常好。"]),
    ("我有3个苹果,5个梨。", ["我有 3 个苹果和 5 个梨。"]),
    ("고양이가 창가에서 잔다.", ["고양이는 창가에서 자고 있다."]),
    ("السماء زرقاء اليوم", ["السماء صافية اليوم"]),
    ("हिन्दी में उत्तर", ["हिन्दी का उत्तर"]),
    ("I 💚 tea ☕ very much", ["I ❤️ tea ☕ so much"]),
    ("e\u0301cole a\u0300 la carte", ["école à la carte"]),
    ("İstanbul KELVIN K", ["istanbul kelvin k"]),
    ("The judge said the case was closed on Friday.",
     ["The case was closed on Friday, the judge said.", "On Friday the judge closed the case."]),
    ("A small dog ran across the street.",
     ["A little dog ran over the road.", "The small dog crossed the street.",
      "Across the street ran a small dog."]),
    ("Yes, of course.", ["No.", "Of course, yes!", "Yes of course"]),
    ("short", ["a much longer reference text than that", "short one"]),
    ("a b c", ["a b c d", "a b"]),
    ("a b c d e f", ["a b c d e f g", "a b c d e", "a b c d e f g h"]),
    ("blue whale", ["", "blue whale"]),
    ("green tea", ["black tea", "green tea", "green tea leaves"]),
    ("x", ["y", "z", "x"]),
    ("The runners were running quickly through the flooded valleys.",
     ["A runner runs quick through flooding in the valley."]),
    ("National nationality nationalization nationally", ["nation nations national"]),
    ("He happily enjoyed flying skies and dying news innings.",
     ["He is happy to enjoy that he flies; the sky dies in the inning."]),
    ("Geology and theology differ usefully from archaeology, radically so.",
     ["Geologists and theologians are radically different from archaeologists."]),
    ("agreed fed proceeded exceeding succeeds", ["agree feed proceed exceed succeed"]),
    ("hopping hoping hops tanned falling hissing fizzed failing filing",
     ["hop hope hop tan fall hiss fizz fail file"]),
    ("The answer is the a an The.", ["answer is"]),
    ("An apple a day", ["apple day"]),
    ("theatre, than, and another", ["atre than and other"]),
    ("x2 3x 4 five 6th", ["2x 3x 4 5 6th"]),
    ("Paris", ["paris", "Paris, France"]),
    ("in the year 1969", ["1969", "July 1969"]),
    ("42", ["42.0", "42"]),
    ("42.", ["42"]),
    ("Neil Armstrong walked on the Moon in 1969, and he said a few famous words.",
     ["Neil Armstrong set foot on the Moon in July 1969 and spoke a few famous words.",
      "In 1969 Armstrong was the first man to walk on the moon."]),
    ("Heat the oven to 180 °C. Mix flour, sugar and eggs. Bake for 25–30 minutes.",
     ["Preheat the oven to 180 degrees. Mix the eggs, sugar and flour; bake 25 to 30 minutes."]),
    ("SELECT name FROM users WHERE id = 7;", ["SELECT name, id FROM users WHERE id=7;"]),
    ("def f(x):\n    return x + 1", ["def f(y):\n    return y + 1"]),
    ("https://example.org/a?b=c&d=e", ["http://example.org/a?b=c&amp;d=e"]),
    ("aaaaaaaaaaaaaaaaaaaa", ["aaaaaaaaaa"]),
    ("ab", ["abc"]),
    ("abcdef", ["abcdefg"]),
    ("word " * 90, ["word " * 70]),
    (" ".join(str(i % 17) for i in range(200)), [" ".join(str(i % 13) for i in range(150))]),
    (" ".join("lake river hill".split()[i * i % 3] for i in range(130)),
     [" ".join("lake river hill".split()[i % 3] for i in range(130))]),
    ("control\x1cseparated\x1fwords", ["control separated words"]),
    ("ideographic\u3000space", ["ideographic space"]),
]

CORPORA = [
    [0, 1, 59, 60, 83],
    [22, 23, 24, 25],
    [44, 45, 46, 47, 48],
    [8, 9, 10],
    [15, 14, 91, 92],
    [5],
    [0],
    [63, 64, 66, 84],
]

WORDS = """
caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled
sized hopping tanned falling hissing fizzed failing filing happy sky relational conditional
rational valency hesitancy digitizer conformably radically differently vilely analogously
vietnamization predication operator feudalism decisiveness hopefulness callousness formality
sensitivity sensibility triplicate formative formalize electricity electrical hopeful goodness
revival allowance inference airliner gyroscopic adjustable defensible irritant replacement
adjustment dependent adoption homologous communism activate angularity effective bowdlerize
probate rate cease controlling rolling dies died flies flying dying lying tying skies innings
inning outings outing cannings canning howe news proceed exceed succeed enjoy enjoyment spy
spied boy boys toy employee employed geology geologies theology apologies logical usefully
carefully wonderfully painfully beautifully vertically ally rally reality nationality totally
finally generalization generalizations oscillators oscillate yes yellow eyes says syzygy yyyy
bees trees agree agreeing decree need needing seed bleeding exceeding 1990s 3rd x2ing 4567
abilities ability possibly probably nimbly assembly wobbling wobble falls fall full fully
filled fulfilment ion lions million union nation station motion passion version decision
argument cement element management movement statement agent accident president present
ape apes use used using user users oe at as is was gas pass passes passing bus buses
matting mating mated sized sizing sizes buzz buzzes buzzing whizzing relate relativity
dance dancer dancing dances ounce announced lies pies tied tie eating eaten owed owing ow
ing ed eed aed uing ies ss sses s ally alli balli fulli logi ologi eli
""".split()

STEMMER = PorterStemmer()
TOKENIZER = Tokenizer13a()
KINDS = ["rouge1", "rouge2", "rougeL"]
SCORERS = {
    "plain": rouge_scorer.RougeScorer(KINDS, use_stemmer=False),
    "stem": rouge_scorer.RougeScorer(KINDS, use_stemmer=True),
}


def squad_normalize(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    text = re.sub(r"\b(a|an|the)\b", " ", text)
    return " ".join(text.split())


def squad_f1(candidate, reference):
    found = squad_normalize(candidate).split()
    wanted = squad_normalize(reference).split()
    if not found or not wanted:
        same = float(found == wanted)
        return (same, same, same)
    shared = sum((collections.Counter(found) & collections.Counter(wanted)).values())
    if shared == 0:
        return (0.0, 0.0, 0.0)
    precision, recall = shared / len(found), shared / len(wanted)
    return (precision, recall, 2 * precision * recall / (precision + recall))


def case(candidate, references):
    return {
        "candidate": candidate,
        "references": references,
        "tokens_13a": TOKENIZER(candidate.rstrip()).split(),
        "squad": squad_normalize(candidate),
        "bleu": sacrebleu.sentence_bleu(candidate, references).score / 100,
        "chrf": sacrebleu.sentence_chrf(candidate, references).score / 100,
        "chrf_plus_plus": sacrebleu.sentence_chrf(candidate, references, word_order=2).score / 100,
        "rouge": {
            name: {kind: list(score) for kind, score in scorer.score_multi(references, candidate).items()}
            for name, scorer in SCORERS.items()
        },
        "f1": list(max((squad_f1(candidate, r) for r in references), key=lambda prf: prf[2])),
        "exact": any(squad_normalize(candidate) == squad_normalize(r) for r in references),
    }


def corpus(indices):
    chosen = [CASES[i] for i in indices]
    width = max(len(references) for _, references in chosen)
    columns = [[(r + [None] * width)[column] for _, r in chosen] for column in range(width)]
    score = sacrebleu.corpus_bleu([candidate for candidate, _ in chosen], columns).score
    return {"cases": indices, "bleu": score / 100}


json.dump(
    {
        "cases": [case(*c) for c in CASES],
        "corpora": [corpus(indices) for indices in CORPORA],
        "stems": {word: STEMMER.stem(word) for word in WORDS},
    },
    sys.stdout,
    indent=1,
    ensure_ascii=False,
)
print()
