"""Conditions of automatic spells: a small language that ends, says what is wrong, and guesses nothing."""

import math
from decimal import Decimal

import cel
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpis.domain.conditions import Condition, ConditionError, Refusal, compile_condition, variable_names

D = Decimal
KNOWN = ("calls", "usual", "days")
NOW = {"calls": D(120), "usual": D(100), "days": D(0)}


def holds(text: str, **values) -> bool | None:
    return compile_condition(text, KNOWN).holds(NOW | values)


def refused(text: str, known=KNOWN) -> tuple[Refusal, dict[str, object]]:
    with pytest.raises(ConditionError) as caught:
        compile_condition(text, known)
    return caught.value.code, caught.value.params


# What holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("calls > 100", True),
        ("calls > 120", False),
        ("calls >= 120", True),
        ("calls < 120.5", True),
        ("calls <= 119", False),
        ("calls == 120", True),
        ("calls != 120", False),
        ("calls + 1 > 120", True),
        ("calls - 1 > 119", False),
        ("1 - calls < 0", True),
        ("2 * calls == 240", True),
        ("calls / 2 == 60", True),
        ("7 / 2 == usual / 100 * 3.5", True),
        ("-calls < -100", True),
        ("- -calls > 1", True),
        ("calls - -1 == 121", True),
        ("calls > 1.15 * usual", True),
        ("calls > .5", True),
        ("calls > 1e2", True),
        ("calls > 1.3E+2", False),
        ("calls > 1000000e-4", True),
        ("calls > 100 && usual > 100", False),
        ("calls > 100 || usual > 100", True),
        ("!(calls > 100)", False),
        ("!!(calls > 100)", True),
        ("calls > usual ? usual == 100 : days > 1", True),
        ("(calls > usual ? calls : usual) == 120", True),
        ("days > 1 ? calls > 1 : days < -1 ? calls > 1 : usual > 1", True),
        ("calls < usual == false", True),
        ("(calls > 1) != (usual > 1)", False),
        ("calls > 1 == true && true", True),
        ("abs(usual - calls) == 20", True),
        ("max(calls, usual, 7) == 120", True),
        ("min(calls, usual, 7) == 7", True),
        ("min(max(calls, 1), usual) / (usual - 50) == 2", True),
        ("calls / -usual < -1", True),
        ("calls / abs(usual - 160) == 2", True),
        ("calls / usual / 2 == 0.6", True),
        ("480 / (calls / (usual / 50)) == 8", True),
        ("calls\n  >\t100\r\n", True),
        ("calls\u00a0>\u202f100", True),
        ("1 > 2 || calls > 1", True),
    ],
)
def test_it_calculates_as_written(text, expected):
    assert holds(text) is expected


def test_the_text_stays_as_it_was_typed():
    condition = compile_condition("  usual*1.2<calls ", KNOWN)
    assert condition.text == "usual*1.2<calls"
    assert condition.variables == ("calls", "usual")
    assert condition == compile_condition("usual*1.2<calls", ["usual", "calls", "more"])
    assert "usual*1.2<calls" in repr(condition)


# What is not known


@pytest.mark.parametrize(
    "value", [None, D("NaN"), D("sNaN"), D("Infinity"), math.nan, -math.inf, D(10**15) + 1, D("-1e999")]
)
def test_without_its_values_nothing_is_known(value):
    assert compile_condition("calls > 100", KNOWN).holds({"calls": value}) is None
    assert compile_condition("calls > 100", KNOWN).holds({}) is None
    assert compile_condition("calls > 100 || usual > 1", KNOWN).holds({"calls": D(120)}) is None


@pytest.mark.parametrize("value", [D(10**15), 1e15, 101, 100.000001])
def test_any_sensible_number_is_a_value(value):
    assert compile_condition("calls > 100", KNOWN).holds({"calls": value, "other": None}) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("calls / days > 1", None),
        ("calls / days == calls / days", None),
        ("calls / -days > 1", None),
        ("calls / (usual - 100) > 1", None),
        ("calls / abs(usual - 100) > 1", None),
        ("calls / max(days, days * 2) > 1", None),
        ("calls / (days / 5) > 1", None),
        ("calls / 0 > 1", None),
        ("calls / 1e-10 > 1", None),
        ("days / calls > 1", False),
        ("days == 0 || calls / days > 1", True),
        ("calls / days > 1 || days == 0", True),
        ("days != 0 && calls / days > 1", False),
        ("days == 0 ? calls > 1 : calls / days > 1", True),
        ("days == 0 && calls / days > 1", None),
    ],
)
def test_nothing_is_known_when_it_comes_down_to_dividing_by_zero(text, expected):
    assert holds(text) is expected


def test_the_wildest_products_stay_finite():
    """As many products as are allowed, of the largest numbers, by the smallest divisors."""
    text = "calls" + " * calls" * 8 + " / days" * 8 + " > usual"
    extreme = {"calls": D(10**15), "usual": D(0), "days": D("1e-9")}
    assert compile_condition(text, KNOWN).holds(extreme) is True
    widest = "*".join(["(calls+calls)"] * 17) + " - " + "+".join(["calls"] * 40) + "> usual"
    assert compile_condition(widest, KNOWN).holds(extreme) is True


# What is refused


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_is_no_condition(text):
    assert refused(text) == (Refusal.EMPTY, {})


def test_five_hundred_characters_are_enough():
    fits = "calls > 1" + " " * 491
    assert compile_condition(fits, KNOWN).text == "calls > 1"
    assert refused(fits + " ") == (Refusal.TOO_LONG, {"limit": 500, "length": 501})


@pytest.mark.parametrize(
    ("text", "position", "found", "instead"),
    [
        ("calls >", 8, "", ""),
        ("(calls > 1", 11, "", ""),
        ("calls > 1)", 10, ")", ""),
        ("calls > > 1", 9, ">", ""),
        ("calls\n> > 1", 9, ">", ""),
        ("calls > 1 ?", 12, "", ""),
        ("calls > 1 ? true", 17, "", ""),
        ("calls 5 > 1", 7, "5", ""),
        ("()", 2, ")", ""),
        ("calls, usual > 1", 6, ",", ""),
        ("if > 1", 1, "if", ""),
        ("!-calls > 1", 3, "calls", ""),
        ("calls = 1", 7, "=", "=="),
        ("calls === 1", 9, "=", "=="),
        ("calls <> 1", 7, "<>", "!="),
        ("calls => 1", 7, "=>", ">="),
        ("calls =< 1", 7, "=<", "<="),
        ("calls ≥ 1", 7, "≥", ">="),
        ("calls − 1 > 1", 7, "−", "-"),
        ("calls × 2 > 1", 7, "×", "*"),
        ("calls > 1 and usual > 1", 11, "and", "&&"),
        ("calls > 1 OR usual > 1", 11, "OR", "||"),
        ("not calls > 1", 1, "not", "!"),
        ("calls > 1 & usual > 1", 11, "&", "&&"),
        ("calls // usual > 1", 7, "//", ""),
        ("calls > 1_000", 9, "1_000", ""),
        ("calls > 5.", 9, "5.", ""),
        ("calls > 1.2.3", 9, "1.2.3", ""),
        ("calls > 0x10", 9, "0x10", ""),
        ("calls > 5u", 9, "5u", ""),
        ("calls > 1; usual", 10, ";", ""),
        ("calls\x00> 1", 6, "\x00", ""),
        ("größe > 1", 3, "ö", ""),
        ("calls > ١", 9, "١", ""),
        ("😀", 1, "😀", ""),
        ("\ud800", 1, "\ud800", ""),
        ("calls > $1", 9, "$", ""),
    ],
)
def test_what_is_typed_wrongly_is_named_where_it_stands(text, position, found, instead):
    assert refused(text) == (Refusal.SYNTAX, {"position": position, "found": found, "instead": instead})


@pytest.mark.parametrize(
    ("text", "position"), [('calls > "a"', 9), ("'north'", 1), ('r"a" == b', 1), ('calls > b"', 9)]
)
def test_words_in_quotes_are_refused(text, position):
    assert refused(text) == (Refusal.TEXT, {"position": position})


def test_an_unknown_variable_is_named_with_those_that_are_known():
    assert refused("usual > 1 && cals > 1") == (
        Refusal.UNKNOWN_VARIABLE,
        {"position": 14, "name": "cals", "closest": "calls", "known": ("calls", "days", "usual")},
    )
    assert refused("tickets > usal", known=())[1] == {
        "position": 1,
        "name": "tickets",
        "closest": "",
        "known": (),
    }
    assert refused("abs > 1")[1]["name"] == "abs"


@pytest.mark.parametrize(
    ("text", "name", "position"),
    [
        ("size(calls) > 1", "size", 1),
        ("calls > double(usual)", "double", 9),
        ("timestamp(calls) > 1", "timestamp", 1),
        ("has(calls)", "has", 1),
        ("has(has(calls", "has", 1),
        ("1 > 2 || if (calls > 1)", "if", 10),
        ("usual (calls) > 1", "usual", 1),
        ("calls % 2 == 0", "%", 7),
        ("calls > 10 %", "%", 12),
        ("calls in [1]", "in", 7),
        ("[calls][0] > 1", "[", 1),
        ("{1: calls}", "{", 1),
        ("calls == null", "null", 10),
        ("calls.size() > 1", ".size", 6),
        ("calls . size > 1", ".size", 7),
        ("has(calls.x)", ".x", 10),
        (".calls > 1", ".calls", 1),
    ],
)
def test_the_rest_of_cel_is_not_allowed(text, name, position):
    code, params = refused(text)
    assert (code, params["name"], params["position"]) == (Refusal.FUNCTION_NOT_ALLOWED, name, position)
    assert params["allowed"] == ("abs", "max", "min")


@pytest.mark.parametrize("name", ["all", "exists", "exists_one", "map", "filter", "matches"])
def test_loops_cost_too_much(name):
    assert refused(f"calls.{name}(x, x > 0)") == (
        Refusal.TOO_COSTLY,
        {"reason": "LOOP", "position": 6, "name": name},
    )


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("(" * 13 + "calls" + ")" * 13 + " > 1", {"reason": "DEPTH", "limit": 12}),
        ("calls > 1 ? true : " * 13 + "true", {"reason": "DEPTH", "limit": 12}),
        ("(" * 499, {"reason": "DEPTH", "limit": 12}),
        ("calls" + "*2" * 17 + " > 1", {"reason": "PRODUCTS", "limit": 16}),
        ("calls" + "/2" * 9 + "*2" * 8 + " > 1", {"reason": "PRODUCTS", "limit": 16}),
        ("calls > 1e400", {"reason": "NUMBER", "position": 9, "limit": 10**15}),
        ("calls > 1000000000000001", {"reason": "NUMBER", "position": 9, "limit": 10**15}),
        ("calls > " + "9" * 400, {"reason": "NUMBER", "position": 9, "limit": 10**15}),
    ],
)
def test_what_would_grow_too_large_is_refused(text, params):
    assert refused(text) == (Refusal.TOO_COSTLY, params)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 12 + "calls" + ")" * 12 + " > 1",
        "calls > 1 ? true : " * 12 + "true",
        "calls" + "*2" * 16 + " > 1",
        "calls > 1000000000000000",
        "calls > 1e-400",
        "!" * 490 + "(calls>1)",
        "-" * 490 + "calls>1",
        "calls>1" + "||calls>1" * 54,
    ],
)
def test_what_just_fits_is_calculated(text):
    assert holds(text) is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("calls", "NUMBER"),
        ("calls + 1", "NUMBER"),
        ("calls > 1 ? 1 : 2", "NUMBER"),
        ("min(calls, 1)", "NUMBER"),
        ("!calls", "MIXED"),
        ("calls && true", "MIXED"),
        ("calls > 1 || usual", "MIXED"),
        ("calls > 100000 && usual", "MIXED"),
        ("calls > true", "MIXED"),
        ("true > (calls > 1)", "MIXED"),
        ("calls == true", "MIXED"),
        ("true == calls < usual", "MIXED"),
        ("1 < calls < 200", "MIXED"),
        ("-(calls > 1)", "MIXED"),
        ("(calls > 1) + 1 > 1", "MIXED"),
        ("calls ? true : false", "MIXED"),
        ("calls > 1 ? 1 : true", "MIXED"),
        ("max(calls, true) > 1", "MIXED"),
        ("abs(calls > 1) > 1", "MIXED"),
        ("true", "CONSTANT"),
        ("1 > 2", "CONSTANT"),
        ("abs(1 - 3) / 2 > 2 || false", "CONSTANT"),
    ],
)
def test_what_does_not_answer_yes_or_no_is_no_condition(text, found):
    assert refused(text) == (Refusal.NOT_A_CONDITION, {"found": found})


@pytest.mark.parametrize(
    ("text", "name", "wanted", "found"),
    [
        ("abs() > calls", "abs", 1, 0),
        ("abs(calls, 1) > 1", "abs", 1, 2),
        ("min() > calls", "min", 2, 0),
        ("max(calls) > 1", "max", 2, 1),
    ],
)
def test_functions_want_their_numbers(text, name, wanted, found):
    assert refused(text) == (
        Refusal.WRONG_ARGUMENTS,
        {"name": name, "wanted": wanted, "found": found},
    )


def test_a_refusal_says_its_particulars():
    with pytest.raises(ValueError, match=r"^SYNTAX: .*'found': '='"):
        compile_condition("calls = 1", KNOWN)
    with pytest.raises(ValueError, match=r"^EMPTY$"):
        compile_condition("", KNOWN)


# When CEL itself breaks


class PanicException(BaseException):
    """As Rust's panics arrive: a class of this name, made when the first one happens, that is no Exception."""


@pytest.fixture
def broken(monkeypatch):
    def break_with(problem):
        def fail(*_given):
            raise problem

        monkeypatch.setattr(cel, "compile", fail)
        return Condition("calls > 1", ("calls",), type("Program", (), {"execute": fail})())

    return break_with


def test_a_panic_is_a_refusal_and_then_nothing_is_known(broken):
    condition = broken(PanicException("index out of bounds"))
    assert refused("calls > 1") == (Refusal.SYNTAX, {"position": 1, "found": "calls", "instead": ""})
    assert condition.holds({"calls": D(2)}) is None


def test_an_interrupt_is_passed_on(broken):
    condition = broken(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        compile_condition("calls > 1", KNOWN)
    with pytest.raises(KeyboardInterrupt):
        condition.holds({"calls": D(2)})


# Whatever people type

values = st.one_of(
    st.none(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.floats(),
    st.integers(-3, 3).map(float),
    st.sampled_from([0.0, 1e15, -1e15, 1e-9, 5e-324]),
)
bits = st.sampled_from(
    [
        *["calls", "usual", "days", "1", "0", "2.5", "1e15", ".5", "(", ")", "(", ")", "+", "-", "*", "/"],
        *[
            "<",
            "<=",
            ">",
            "==",
            "!=",
            "&&",
            "||",
            "!",
            "?",
            ":",
            ",",
            "abs(",
            "min(",
            "max(",
            "true",
            "false",
        ],
        *["%", ".", '"', "'", "[", "]", "{", "}", "in", "null", "e", "u", "x", "\\", "//", "\n", "all(", "="],
        *["1e308", "9223372036854775808", "0x", "b", "r", ".map(", ".size()", "has(", "é", "\x00", "nope"],
    ]
)


def check_whatever(text: str, given_values: list[object]) -> None:
    try:
        condition = compile_condition(text, KNOWN)
    except ConditionError as refusal:
        assert refusal.code in Refusal
        assert 1 <= refusal.params.get("position", 1) <= len(text) + 1
        return
    assert condition.holds(dict(zip(KNOWN, given_values, strict=True))) in (True, False, None)


@given(st.text(), st.lists(values, min_size=3, max_size=3))
@example("a" * 10_000, [None] * 3)
def test_no_text_breaks_it(text, given_values):
    check_whatever(text, given_values)


@given(st.lists(bits, max_size=60), st.sampled_from(["", " "]), st.lists(values, min_size=3, max_size=3))
def test_no_pieces_of_the_language_break_it(pieces, between, given_values):
    check_whatever(between.join(pieces), given_values)


operands = st.sampled_from(
    ["calls", "-usual", "2", "true", "!false", "(calls > usual)", "(days)", "max(calls, 2)", "(days * 2)"]
)
operators = st.sampled_from(["+", "-", "*", "<", ">=", "==", "!=", "&&", "||", "?", ":", "? true :", "? 1 :"])


@given(
    operands, st.lists(st.tuples(operators, operands), max_size=5), st.lists(st.integers(-2, 2), min_size=3)
)
def test_what_fits_together_always_has_an_answer(first, rest, given_values):
    """Kinds are known before anything is calculated: without a division there is nothing left that could go wrong."""
    text = " ".join([first, *(word for pair in rest for word in pair)])
    try:
        condition = compile_condition(text, KNOWN)
    except ConditionError as refusal:
        assert refusal.code in (Refusal.SYNTAX, Refusal.NOT_A_CONDITION)
        return
    assert condition.holds(dict(zip(KNOWN, map(float, given_values), strict=False))) in (True, False)


numbers = st.recursive(
    st.sampled_from([*KNOWN, "0", "1", "2", "0.5", "7.25", "1e3"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("(-{})".format, inner),
        st.builds("abs({})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
    ),
    max_leaves=6,
)
conditions = st.recursive(
    st.builds("{} {} {}".format, numbers, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers),
    lambda inner: st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("!({})".format, inner),
        st.builds("({}) ? ({}) : ({})".format, inner, inner, inner),
    ),
    max_leaves=3,
)


def as_python(text: str) -> str:
    for one, other in (("&&", " and "), ("||", " or "), ("!(", " not (")):
        text = text.replace(one, other)
    return text


@given(conditions.filter(lambda text: "?" not in text), st.lists(st.integers(-4, 4), min_size=3, max_size=3))
def test_what_it_says_is_what_python_would_say(text, given_values):
    """On small numbers, where both calculate in double precision; a division by zero is CEL's own affair (see above)."""
    try:
        condition = compile_condition(text, KNOWN)
    except ConditionError as refusal:
        costly = refusal.code is Refusal.TOO_COSTLY or refusal.params.get("found") == "CONSTANT"
        assert costly or refusal.code is Refusal.TOO_LONG
        return
    known = {name: float(value) for name, value in zip(KNOWN, given_values, strict=True)}
    try:
        expected = eval(as_python(text), {"abs": abs, "min": min, "max": max}, known)
    except ZeroDivisionError:
        return
    found = condition.holds(known)
    assert found == expected or (found is None and "/" in text)


# Names


def test_a_driver_is_named_as_it_is_called():
    assert variable_names(["Calls received", "Headcount (FTE)", "Größe", "Überstunden", "été 2025"]) == {
        "Calls received": "calls_received",
        "Headcount (FTE)": "headcount_fte",
        "Größe": "grosse",
        "Überstunden": "uberstunden",
        "été 2025": "ete_2025",
    }


def test_what_cannot_be_a_name_is_numbered():
    assert variable_names(["呼叫", "2nd line", "In", "abs", "…", "driver 1", "and"]) == {
        "呼叫": "driver_1",
        "2nd line": "driver_2nd_line",
        "In": "driver_in",
        "abs": "driver_abs",
        "…": "driver_5",
        "driver 1": "driver_1_2",
        "and": "driver_and",
    }


def test_no_two_drivers_are_called_alike():
    names = ["Calls", "calls", "CALLS!", "calls 2", "Calls"]
    assert list(variable_names(names).values()) == ["calls", "calls_2", "calls_3", "calls_2_2"]
    assert len(variable_names("x" * length for length in range(60, 90))) == 30


@given(st.lists(st.text(max_size=60), max_size=12))
def test_every_name_becomes_a_variable_of_its_own(names):
    found = variable_names(names)
    assert list(found) == list(dict.fromkeys(names))
    assert len(set(found.values())) == len(found)
    for variable in found.values():
        assert compile_condition(f"{variable} > 1", found.values()).variables == (variable,)


@given(st.lists(st.text(max_size=9), max_size=9), st.lists(st.text(max_size=9), max_size=9))
def test_new_drivers_leave_the_names_of_the_others(names, more):
    before, after = variable_names(names), variable_names([*names, *more])
    assert before.items() <= after.items()
