"""Records what AWS SAM's own translator makes of packages/cloud/…/template/goldens/*.yaml, beside each as .json.

A template whose name begins with `error_` records the messages of its errors. Needs `pip install
aws-sam-translator==1.110.0`; the tests read the recorded files only.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

import samtranslator  # noqa: E402
import samtranslator.model.apigateway as apigateway  # noqa: E402
from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

VERSION = "1.110.0"
GOLDENS = Path(__file__).parent.parent / "packages/cloud/src/services/cloudformation/template/goldens"


class NoManagedPolicies:
    def load(self):
        return {}


def record(path: Path) -> None:
    template = json.loads(json.dumps(yaml_parse(path.read_text()), default=str))
    # `# Parameter: Name=value` lines at the top give values over the defaults.
    given = dict(
        line.removeprefix("# Parameter: ").split("=", 1)
        for line in path.read_text().splitlines()
        if line.startswith("# Parameter: ")
    )
    try:
        out = transform(template, given, NoManagedPolicies())
    except InvalidDocumentException as error:
        out = {"errors": sorted(cause.message for cause in error.causes)}
    if path.name.startswith("error_") != ("errors" in out):
        sys.exit(f"{path.name}: its name and its outcome disagree: {out.get('errors', 'no error')}")
    path.with_suffix(".json").write_text(json.dumps(out, indent=2, sort_keys=True) + "\n")


if samtranslator.__version__ != VERSION:
    sys.exit(f"the goldens are those of aws-sam-translator {VERSION}, this is {samtranslator.__version__}")
apigateway.time.time = lambda: 1700000000
templates = sorted(GOLDENS.glob("*.yaml"))
for template in templates:
    record(template)
print(f"{len(templates)} recorded")
