"""The tables of docs/http.md that Levee's own description of its doors makes."""

import re
from typing import Any

# What any request may meet; the document says it once for all.
EVERYWHERE = {"400", "401", "403", "408", "414", "421", "431", "500", "501", "503", "505"}


def inside(name: str, text: str) -> str:
    """What stands between the marks of a table."""
    return re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->\n", text, re.DOTALL)[1]


def replaced(name: str, text: str, table: str) -> str:
    """The text with another table between the marks."""
    old = inside(name, text)
    begin = text.index(f"<!-- {name} -->\n") + len(f"<!-- {name} -->\n")
    return text[:begin] + table + text[begin + len(old) :]


def endpoints(description: dict[str, Any]) -> str:
    """A row for each operation of a door, in the order of its description."""
    rows = ["| request | scope | what it does | says | answers |", "|---|---|---|---|---|"]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if method.upper() not in ("GET", "POST", "DELETE", "PUT", "PATCH") or operation["operationId"] == "submitUnknown":
                continue
            if operation["operationId"].startswith("submit-"):
                path, operation = "/jobs/{type}", operation | {"summary": "Submits a job"}
            scopes = [scope for entry in operation.get("security", []) for scope in entry["bearer"]]
            said = [name(parameter, description) for parameter in operation.get("parameters", [])]
            answers = [status for status in operation["responses"] if status not in EVERYWHERE]
            cells = [
                f"`{method.upper()} {path}`",
                " ".join(f"`{scope}`" for scope in scopes) or "none",
                operation["summary"],
                " ".join(filter(None, said)) or "",
                " ".join(answers),
            ]
            row = f"| {' | '.join(cells)} |"
            if row not in rows:
                rows.append(row)
    return "\n".join(rows) + "\n"


def name(parameter: dict[str, Any], description: dict[str, Any]) -> str | None:
    """How a parameter is written, unless it stands in the path."""
    if "$ref" in parameter:
        parameter = description["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[-1]]
    return {"path": None, "query": f"`?{parameter['name']}=`", "header": f"`{parameter['name']}`"}[parameter["in"]]
