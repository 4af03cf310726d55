"""The constraint of YAML, read without what makes YAML dangerous."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

import yaml
from typing_extensions import override

from llmbench_inspect.answers.constraints.constraint import Problem, constraint
from llmbench_inspect.answers.constraints.json_text import MAX_DEPTH
from llmbench_inspect.answers.constraints.keyed import Keyed, key_problems

MAX_CHARACTERS: Final = 50_000
"""Characters of YAML that are read; a longer answer is no YAML here."""


class NotYamlError(ValueError):
    """A text is not YAML, or is not read here."""


class _Loader(yaml.SafeLoader):
    """Without dates, which a reader of the answer would want as they were written."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@constraint(
    code="yaml_keys",
    name="YAML",
    summary="The answer is one YAML mapping with just these keys, each of its type.",
)
class YamlKeys(Keyed):
    """YAML 1.1 as PyYAML's safe loader reads it, where `yes` is a boolean; but dates are strings.

    Aliases are not read, nor tags of one's own, and nothing nested more than 50 deep.

    Passes, with `{"keys": {"service": "string", "replicas": "integer"}, "values": {"replicas": 3}}`:

        service: web
        replicas: 3

    Fails as `fence`, with `{"keys": {"service": "string"}}`:

        ```yaml
        service: web
        ```

    Fails as `wrong_type`, with `{"keys": {"service": "string", "replicas": "integer"}}`:

        service: web
        replicas: "3"

    Fails as `missing_key`, with `{"keys": {"service": "string", "replicas": "integer"}}`:

        service: web
    """

    @override
    def problems(self, text: str) -> Iterator[Problem]:
        try:
            found = parse_yaml(text)
        except NotYamlError as error:
            yield Problem("wrong_type", f"no YAML: {error}")
            return
        yield from key_problems(found, self.keys, self.values)


def parse_yaml(text: str) -> object:
    """The one document that a text is.

    Raises:
        NotYamlError: It is none, or one that is not read.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotYamlError(f"longer than {MAX_CHARACTERS} characters")
    try:
        depth = 0
        # The events come as they are read, so that what is not to be read ends the reading.
        events = cast("Iterator[yaml.Event]", yaml.parse(text, Loader=_Loader))  # pyright: ignore[reportUnknownMemberType]
        for event in events:
            if isinstance(event, yaml.AliasEvent):
                raise NotYamlError("it has aliases")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                raise NotYamlError(f"nested more than {MAX_DEPTH} deep")
        return cast("object", yaml.load(text, Loader=_Loader))  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise NotYamlError(" ".join(str(error).split())[:200]) from None
    except (ValueError, RecursionError) as error:  # numbers and dates that Python cannot hold
        raise NotYamlError(str(error)[:200]) from None
