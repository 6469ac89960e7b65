import pytest

from otto.list_words import list_name, lists_meant, say_list, split_items


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("shopping", "shopping"),
        ("my shopping list", "shopping"),
        ("Grocery List", "shopping"),
        ("groceries", "shopping"),
        ("to do", "todo"),
        ("To-Do list", "todo"),
        ("todos", "todo"),
        ("tasks", "todo"),
        ("the camping list", "camping"),
        ("Christmas shopping", "christmas shopping"),
        ("list", "list"),
    ],
)
def test_the_name_of_a_list(said: str, name: str) -> None:
    assert list_name(said) == name


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("shopping", ["shopping"]),
        ("shoping", ["shopping"]),
        ("grocery", ["shopping"]),
        ("camping", ["camping trip"]),
        ("hardwear", ["hardware"]),
        ("christmas shopping", []),  # a list of its own, and not the shopping list
        ("birthday", []),
        ("party", ["garden party", "office party"]),
    ],
)
def test_which_of_the_lists_is_meant(said: str, meant: list[str]) -> None:
    names = ["shopping", "todo", "camping trip", "hardware", "garden party", "office party"]
    assert sorted(lists_meant(said, names)) == meant


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("milk", ["milk"]),
        ("milk, eggs and bread", ["milk", "eggs", "bread"]),
        ("milk, eggs, and bread", ["milk", "eggs", "bread"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("some milk and a loaf of bread", ["milk", "loaf of bread"]),
        ("milk plus eggs as well as bread", ["milk", "eggs", "bread"]),
        ("salt and pepper", ["salt and pepper"]),
        ("milk, mac and cheese and eggs", ["milk", "mac and cheese", "eggs"]),
        ("salt and vinegar crisps, and Fish and Chips", ["salt and vinegar crisps", "Fish and Chips"]),
        ("brandy and sand", ["brandy", "sand"]),
        ("milk, Milk and the milk", ["milk"]),
        ("1,000 paper cups", ["1,000 paper cups"]),
        (", , and", []),
        (" and ", []),
    ],
)
def test_items_of_a_shopping_list(said: str, items: list[str]) -> None:
    assert split_items(said, "shopping") == items


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("call mum and dad", ["call mum and dad"]),
        ("wash the car, call mum and dad", ["wash the car", "call mum and dad"]),
        ("wash the car, and pay the rent", ["wash the car", "pay the rent"]),
    ],
)
def test_on_the_todo_list_an_and_belongs_to_the_item(said: str, items: list[str]) -> None:
    assert split_items(said, "todo") == items


def test_a_list_in_a_sentence() -> None:
    assert say_list("todo") == "the to-do list" and say_list("shopping") == "the shopping list"
