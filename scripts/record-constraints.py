"""Records what AWS's models ask of the members of every request in the slice: lengths, ranges, patterns, enums.

The schemas of the SDK for JavaScript carry required members only. botocore has the same models with all of it. Takes the
operations from docs/slice.md, tells what others the service has, and writes packages/cloud/src/wire/models/<service>.json. Needs botocore; the cloud reads the
recorded files only.
"""

import json
import re
from pathlib import Path

import botocore
import botocore.session

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "packages/cloud/src/wire/models"
TITLES = {
    "CloudFormation": "cloudformation",
    "CloudWatch": "cloudwatch",
    "CodeDeploy": "codedeploy",
    "EventBridge": "events",
    "IAM": "iam",
    "Lambda": "lambda",
    "CloudWatch Logs": "logs",
    "S3": "s3",
    "SNS": "sns",
    "STS": "sts",
}


def operations_in_slice() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section in re.split(r"^### ", (ROOT / "docs/slice.md").read_text(), flags=re.M)[1:]:
        title = section.splitlines()[0].removesuffix(" operations")
        if title in TITLES and section.startswith(f"{title} operations"):
            found[TITLES[title]] = re.findall(r"^\| \[`(\w+)`\]", section, flags=re.M)
    return found


class Recording:
    """The structures that requests are made of, and the named shapes that have something to ask."""

    def __init__(self) -> None:
        self.shapes: dict[str, dict] = {}
        self.structures: dict[str, dict] = {}
        self.seen: set[str] = set()

    def add(self, shape) -> str | None:
        """The shape's name, where it asks for anything."""
        if shape.name not in self.seen:
            self.seen.add(shape.name)
            if shape.type_name == "structure":
                self.structures[shape.name] = self.named(shape.members.items())
            elif asked := self.asked_of(shape):
                self.shapes[shape.name] = asked
        return shape.name if shape.name in self.shapes else None

    def asked_of(self, shape) -> dict:
        asked = {key: shape.metadata[key] for key in ("min", "max", "pattern") if key in shape.metadata}
        if getattr(shape, "enum", None):
            asked["enum"] = shape.enum
        if shape.type_name == "list":
            asked |= self.named([("item", shape.member)])
        if shape.type_name == "map":
            asked |= self.named([("key", shape.key), ("value", shape.value)])
        return asked

    def named(self, members) -> dict[str, str]:
        return {name: known for name, shape in members if (known := self.add(shape))}


def record(service: str, operations: list[str]) -> None:
    model = botocore.session.get_session().get_service_model(service)
    recording = Recording()
    for operation in operations:
        if shape := model.operation_model(operation).input_shape:
            recording.add(shape)
    # One shape or structure a line: a diff shows what AWS has changed.
    lines = {
        "shapes": recording.shapes,
        "structures": {name: members for name, members in recording.structures.items() if members},
    }
    others = sorted(set(model.operation_names) - set(operations))
    parts = [
        f'  "recorded": {json.dumps(f"botocore {botocore.__version__}")}',
        f'  "operations": {json.dumps(sorted(operations))}',
        f'  "others": {json.dumps(others)}',
    ]
    for title, table in lines.items():
        rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(table[name])}" for name in sorted(table))
        parts.append(f'  "{title}": {{\n{rows}\n  }}' if rows else f'  "{title}": {{}}')
    (MODELS / f"{service}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n")


for service, operations in operations_in_slice().items():
    record(service, operations)
