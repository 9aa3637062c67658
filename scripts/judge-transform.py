"""Transforms a SAM template with AWS's own translator, without an account, and looks at what the template promises.

Prints one line for each broken promise and exits with 1; prints nothing when all hold.
Usage: python3 scripts/judge-transform.py infra/template.yaml
"""

import copy
import logging
import os
import sys
from unittest.mock import MagicMock

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")

from samtranslator.parser.parser import Parser
from samtranslator.public.exceptions import InvalidDocumentException
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

PREDEFINED = [f"Canary10Percent{minutes}Minutes" for minutes in (5, 10, 15, 30)]
PREDEFINED += ["Linear10PercentEvery1Minute"]
PREDEFINED += [f"Linear10PercentEvery{minutes}Minutes" for minutes in (2, 3, 10)]
PREDEFINED += ["AllAtOnce"]
ROLE_ARN = "arn:aws:iam::123456789012:role/deploys"

logging.disable(logging.CRITICAL)  # the translator talks about its feature toggles


def transform(template, parameters):
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if isinstance(resource.get("Properties", {}).get("CodeUri"), str):
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    # The empty map: managed policies are named by ARN, so that none has to be looked up in an account.
    translator = Translator({}, Parser(), boto_session=MagicMock(region_name="eu-west-1"))
    return translator.translate(template, parameters)["Resources"]


def of_type(resources, resource_type):
    return {name: r for name, r in resources.items() if r["Type"] == resource_type}


def configuration(resources):
    (group,) = of_type(resources, "AWS::CodeDeploy::DeploymentGroup").values()
    return group["Properties"]["DeploymentConfigName"]


def judge(template):
    resources = transform(template, {})
    (group,) = of_type(resources, "AWS::CodeDeploy::DeploymentGroup").values()
    # With load of the stack's own there is a gate more.
    (_, with_load, without) = group["Properties"]["AlarmConfiguration"]["Fn::If"]
    gates = {alarm["Name"]["Ref"] for alarm in with_load["Alarms"]}
    yield len(gates) <= 10, f"{len(gates)} alarms, and CodeDeploy takes ten"
    conditional = {name for name in gates if "Condition" in resources[name]}
    always = {alarm["Name"]["Ref"] for alarm in without["Alarms"]}
    yield gates - conditional == always, f"gates that hang on the load: {sorted(gates - always)}"
    missing = set(of_type(resources, "AWS::CloudWatch::Alarm")) ^ gates
    yield not missing, f"alarms that are not gates, or gates that are no alarms: {sorted(missing)}"
    yield "CodeDeployServiceRole" not in resources, "SAM adds a CodeDeployServiceRole of its own"
    stages = of_type(resources, "AWS::ApiGateway::Stage")
    yield len(stages) == 1, f"the API has {len(stages)} stages"
    deployments = of_type(resources, "AWS::ApiGateway::Deployment").values()
    yield all("StageName" not in d["Properties"] for d in deployments), 'a second public stage called "Stage"'
    (alias,) = of_type(resources, "AWS::Lambda::Alias").values()
    hooks = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    yield "BeforeAllowTrafficHook" in hooks and "AfterAllowTrafficHook" in hooks, "a hook is not wired"
    for name in PREDEFINED:
        got = configuration(transform(template, {"DeploymentType": name}))
        want = {"Fn::Sub": ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": name}]}
        yield got == want, f"DeploymentType {name} becomes {got}"
    got = configuration(transform(template, {"DeploymentType": "Mine-1"}))
    yield got == "Mine-1", f"the custom DeploymentType Mine-1 becomes {got}"
    yield "CodeDeployServiceRole" not in transform(template, {"CodeDeployRole": ROLE_ARN}), "a given role is not enough"
    actions = {str(r["Properties"].get("AlarmActions")) for r in of_type(resources, "AWS::CloudWatch::Alarm").values()}
    yield actions == {"[{'Ref': 'NoticesTopic'}]"}, "an alarm that tells nobody"
    (dashboard,) = of_type(resources, "AWS::CloudWatch::Dashboard").values()
    body = str(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])
    unseen = [name for name in gates if f"${{{name}.Arn}}" not in body]
    yield not unseen, f"gates that the dashboard does not show: {unseen}"


def main(path):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file)
    try:
        broken = [promise for holds, promise in judge(template) if not holds]
    except InvalidDocumentException as error:
        broken = [error.message, *(cause.message for cause in error.causes)]
    for promise in broken:
        print(f"{path}: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
