"""What the OpenAPI description says beyond the views: every error is a problem document (RFC 9457)."""

from typing import Any, Final

PROBLEM: Final = {
    "type": "object",
    "description": "A problem document. `errors` holds messages by field where fields were not understood.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {},
    },
    "required": ["type", "title", "status", "detail"],
}
ALWAYS: Final = {"401": "Nobody is signed in.", "405": "The address does not take this method."}
ON_READ: Final = {"400": "A parameter was not understood.", "404": "There is nothing here for you."}
ON_ITEM: Final = {"403": "Your role does not include this."}
ON_WRITE: Final = {
    "400": "Some fields were not understood.",
    "403": "Your role does not include this, or the CSRF token is missing.",
    "404": "There is nothing here for you.",
    "409": "Not possible in the present state.",
    "412": "Somebody changed the resource after you read it.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key was used with another body.",
    "428": "Send If-Match.",
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds the problem document and names the errors each operation can answer with."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            possible = ALWAYS | (ON_READ | ON_ITEM if method == "get" else ON_WRITE)
            for status, description in possible.items():
                operation["responses"].setdefault(
                    status,
                    {
                        "description": description,
                        "content": {
                            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                        },
                    },
                )
    return result
