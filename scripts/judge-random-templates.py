"""Transforms random SAM templates with AWS's own translator and with ours, and compares.

Globals, conditions, forms of DeploymentPreference, aliases, events and policies are drawn by seed. Prints each
difference with its seed and exits with 1; prints nothing when there is none. What lies outside our slice is passed over.
Usage: python3 scripts/judge-random-templates.py [count [first seed]]
"""

import contextlib
import copy
import io
import json
import logging
import os
import random
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
logging.disable(logging.CRITICAL)  # the translator talks about its feature toggles

import samtranslator.model.apigateway as apigateway  # noqa: E402
from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402

apigateway.time.time = lambda: 1700000000
ROOT = Path(__file__).parent.parent
PREDEFINED = ["AllAtOnce", "Linear10PercentEvery1Minute"]
PREDEFINED += [f"Canary10Percent{minutes}Minutes" for minutes in (5, 10, 15, 30)]
PREDEFINED += [f"Linear10PercentEvery{minutes}Minutes" for minutes in (2, 3, 10)]
NO_VALUE = {"Ref": "AWS::NoValue"}
BASE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {
        "Stage": {"Type": "String", "Default": "prod"},
        "Memory": {"Type": "Number", "Default": 256},
        "Enabled": {"Type": "String", "Default": "true"},
        "DeployType": {"Type": "String", "Default": "AllAtOnce"},
        "Key": {"Type": "String", "Default": "key"},
        "RoleArn": {"Type": "String", "Default": "arn:aws:iam::123456789012:role/r"},
        "AliasName": {"Type": "String", "Default": "live-x"},
    },
    "Mappings": {
        "Stages": {
            "prod": {"type": "AllAtOnce", "enabled": True},
            "dev": {"type": "Canary10Percent5Minutes", "enabled": False},
        }
    },
    "Conditions": {
        "A": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "B": {"Fn::Not": [{"Condition": "A"}]},
        "C": {"Fn::Equals": [1, 1]},
    },
}
PLAIN = {
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Queue": {"Type": "AWS::SQS::Queue"},
    "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {}},
    "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
}


class Draw:
    """Draws a template; the same seed draws the same."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def is_so(self, probability):
        return self.random.random() < probability

    def one(self, *choices):
        choice = self.random.choice(choices)
        return choice() if callable(choice) else copy.deepcopy(choice)

    def some(self, **wanted):
        """Members that are there with their probability: `Name=(0.3, value or what draws it)`."""
        return {
            name: value() if callable(value) else copy.deepcopy(value)
            for name, (probability, value) in wanted.items()
            if self.is_so(probability)
        }

    def condition(self):
        return self.one("A", "B", "C")

    def either(self, one, other):
        return {"Fn::If": [self.condition(), one, other]}

    def mapped(self, attribute):
        return {"Fn::FindInMap": ["Stages", self.one("prod", {"Ref": "Stage"}), attribute]}

    def preference_type(self):
        known = lambda: self.one(*PREDEFINED)  # noqa: E731
        other = lambda: self.one("Mine", known, {"Ref": "DeployType"}, NO_VALUE)  # noqa: E731
        return self.one(
            known, known, "Mine", "CodeDeployDefault.LambdaAllAtOnce", {"Ref": "DeployType"},
            lambda: self.mapped("type"), lambda: self.either(known(), other()),
            lambda: self.either(self.either(known(), "Mine"), known()),
            {"Fn::Sub": "${DeployType}"}, {"Fn::Sub": "AllAtOnce"}, {"Fn::Join": ["", ["All", "AtOnce"]]},
        )  # fmt: skip

    def alarms(self):
        name = lambda: self.one("plain", {"Ref": "Alarm"}, {"Fn::Sub": "${Stage}-alarm"}, NO_VALUE)  # noqa: E731
        names = lambda most: [name() for _ in range(self.random.randint(1, most))]  # noqa: E731
        return self.one(
            lambda: names(3), lambda: names(12), [], [NO_VALUE], NO_VALUE,
            lambda: self.either(names(2), names(2)), lambda: self.either(names(1), [NO_VALUE]),
            lambda: self.either(names(1), []),
        )  # fmt: skip

    def preference(self):
        hook = lambda: self.one({"Ref": "Hook"}, "CodeDeployHook_x", self.either({"Ref": "Hook"}, NO_VALUE))  # noqa: E731
        role = lambda: self.one("arn:aws:iam::1:role/x", {"Ref": "RoleArn"}, {"Fn::GetAtt": ["Role", "Arn"]}, "")  # noqa: E731
        flag = lambda: self.one(True, False, "true", "False", {"Ref": "Enabled"}, lambda: self.mapped("enabled"))  # noqa: E731
        return self.some(
            Type=(0.97, self.preference_type),
            Enabled=(0.3, lambda: self.one(flag, lambda: self.either(True, False))),
            Alarms=(0.6, self.alarms),
            Hooks=(0.5, lambda: self.some(PreTraffic=(0.6, hook), PostTraffic=(0.6, hook), Other=(0.1, "x"))),
            Role=(0.3, role),
            TriggerConfigurations=(0.1, [{"TriggerName": "t", "TriggerTargetArn": {"Ref": "Topic"}}]),
            PassthroughCondition=(0.3, flag),
        )

    def environment(self):
        value = lambda: self.one(  # noqa: E731
            "1", 2, True, "ü", {"Ref": "Stage"}, {"Fn::Sub": "x-${Stage}"}, {"Ref": "List.Alias"},
            {"Fn::GetAtt": ["List.Version", "Version"]}, {"Fn::Sub": "${List.Alias} ${List.Version}"},
        )  # fmt: skip
        return {"Variables": self.some(A=(0.9, value), B=(0.5, value))}

    def destinations(self):
        arn = lambda: self.one("arn:aws:sqs:us-east-1:1:q", {"Ref": "Topic"}, self.either("arn:a", NO_VALUE))  # noqa: E731
        one = lambda: {"Type": self.one("SQS", "SNS"), **self.some(Destination=(0.5, arn))}  # noqa: E731
        return self.some(
            MaximumRetryAttempts=(0.5, lambda: self.one(0, {"Ref": "Memory"})),
            DestinationConfig=(0.7, lambda: self.some(OnFailure=(0.6, one), OnSuccess=(0.4, one))),
        )

    def event(self):
        kind = self.one("Api", "Api", "HttpApi", "Schedule", "SNS", "SQS", "EventBridgeRule")
        path = {"Path": self.one("/", "/x", "/x/{id}", "/y/"), "Method": self.one("get", "POST", "any", "ANY")}
        properties = {
            "Api": lambda: {**path, **self.some(RestApiId=(0.4, {"Ref": "Rest"}))},
            "HttpApi": lambda: {**path, **self.some(PayloadFormatVersion=(0.2, "1.0"))},
            "Schedule": lambda: {"Schedule": "rate(1 minute)", **self.some(Enabled=(0.3, {"Ref": "Enabled"}))},
            "SNS": lambda: {"Topic": {"Ref": "Topic"}, **self.some(FilterPolicy=(0.3, {"a": ["b"]}))},
            "SQS": lambda: {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}, **self.some(BatchSize=(0.4, 10))},
            "EventBridgeRule": lambda: {"Pattern": {"source": ["a"]}, **self.some(EventBusName=(0.2, "bus"))},
        }
        return {"Type": kind, "Properties": properties[kind]()}

    def policies(self):
        return self.one(
            "AWSLambdaExecute", ["AWSLambdaExecute", {"CloudWatchPutMetricPolicy": {}}],
            [{"DynamoDBReadPolicy": {"TableName": "t"}}, {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}],
            [self.either("AWSLambdaExecute", NO_VALUE)], [self.either({"SQSPollerPolicy": {"QueueName": "q"}}, NO_VALUE)],
        )  # fmt: skip

    def settings(self):
        """What stands in Globals as well as in a function."""
        return self.some(
            Timeout=(0.3, lambda: self.one(5, {"Ref": "Memory"})),
            MemorySize=(0.4, lambda: self.one(128, "256", 0, {"Ref": "Memory"})),
            Environment=(0.4, self.environment),
            Tags=(0.3, lambda: {"Team": self.one("rides", {"Ref": "Stage"})}),
            PropagateTags=(0.2, lambda: self.one(True, False)),
            AutoPublishAlias=(0.5, lambda: self.one("live", "b_c-d", {"Ref": "AliasName"})),
            AutoPublishAliasAllProperties=(0.15, lambda: self.one(True, False)),
            DeploymentPreference=(0.5, self.preference),
            EventInvokeConfig=(0.2, self.destinations),
            VersionDeletionPolicy=(0.1, lambda: self.one("Delete", "Retain")),
            SnapStart=(0.1, lambda: self.one({"ApplyOn": "PublishedVersions"}, {"ApplyOn": "None"})),
            Tracing=(0.2, lambda: self.one("Active", "Disabled", self.either("Active", "PassThrough"))),
            FunctionUrlConfig=(0.1, lambda: {"AuthType": self.one("NONE", "AWS_IAM")}),
        )

    def attributes(self):
        return self.some(
            Condition=(0.3, self.condition),
            DependsOn=(0.15, lambda: self.one("Topic", ["Topic", "Queue"])),
            DeletionPolicy=(0.1, lambda: self.one("Retain", "Delete")),
            Metadata=(0.1, {"x": 1}),
            CreationPolicy=(0.05, {"x": 1}),
        )

    def function(self, name):
        code = self.one("s3://b/k", {"Bucket": "b", "Key": {"Ref": "Key"}}, "s3://b/k?versionId=7")
        properties = {"Handler": "a.b", "Runtime": "nodejs24.x", "CodeUri": code, **self.settings()}
        if self.is_so(0.9):
            properties.setdefault("AutoPublishAlias", "live")
        properties |= self.some(
            FunctionName=(0.3, lambda: self.one(f"fn-{name}", {"Fn::Sub": "${Stage}-" + name})),
            Role=(0.2, lambda: self.one({"Ref": "RoleArn"}, self.either({"Ref": "RoleArn"}, NO_VALUE))),
            Policies=(0.4, self.policies),
            VersionDescription=(0.1, "v"),
            AutoPublishCodeSha256=(0.1, lambda: self.one("6b86b273ff34fce19d6b804eff5a3f57", {"Ref": "Key"})),
            Events=(0.6, lambda: {f"E{i}": self.event() for i in range(self.random.randint(1, 3))}),
        )
        ignored = self.some(IgnoreGlobals=(0.1, lambda: self.one("*", [])))
        return {"Type": "AWS::Serverless::Function", "Properties": properties, **self.attributes(), **ignored}

    def template(self):
        resources = {**PLAIN, **{name: self.function(name) for name in ("List", "Ride", "Hook")}}
        stage = {"StageName": self.one("Prod", {"Ref": "Stage"}), **self.some(OpenApiVersion=(0.5, "3.0.1"))}
        resources["Rest"] = {"Type": "AWS::Serverless::Api", "Properties": stage, **self.attributes()}
        resources |= self.some(
            Layer=(0.5, {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "s3://b/l"}})
        )
        names = list(resources)
        self.random.shuffle(names)
        outputs = {"Outputs": {"Alias": {"Value": {"Fn::Sub": "${List.Alias} ${List.Version.Version}"}}}}
        return {
            **copy.deepcopy(BASE),
            **self.some(Globals=(0.6, lambda: {"Function": self.settings()})),
            "Resources": {name: copy.deepcopy(resources[name]) for name in names},
            **(outputs if self.is_so(0.5) else {}),
        }

    def parameters(self):
        return self.some(
            Stage=(0.3, "dev"), Memory=(0.3, "1024"), Enabled=(0.3, "false"), DeployType=(0.3, "Linear10PercentEvery3Minutes")
        )


class NoManagedPolicies:
    def load(self):
        return {}


def of_aws(template, parameters):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return transform(copy.deepcopy(template), dict(parameters), NoManagedPolicies())
    except InvalidDocumentException as error:
        return {"errors": sorted(cause.message for cause in error.causes)}


def comparable(value, name=""):
    """Lists whose order SAM takes from a set or from a hash table have none."""
    if isinstance(value, dict):
        return {key: comparable(item, key) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    items = [comparable(item) for item in value]
    return sorted(items, key=json.dumps) if name in ("DependsOn", "Tags", "tags") else items


def difference(aws, ours):
    """All that AWS complains of is complained of; what is transformed is transformed alike."""
    if "errors" in aws or "errors" in ours:
        missing = [error for error in aws.get("errors", []) if error not in ours.get("errors", [])]
        return missing or ([] if "errors" in aws else ours["errors"])
    one, other = comparable(aws), comparable(ours)
    sections = [(section, key) for section in {*one, *other} for key in {*one.get(section, {}), *other.get(section, {})}]
    return [
        f"{section}/{key}: {one.get(section, {}).get(key)} and not {other.get(section, {}).get(key)}"
        for section, key in sections
        if one.get(section, {}).get(key) != other.get(section, {}).get(key)
    ]


def main(count=150, first=0):
    seeds = range(first, first + count)
    drawn = [(draw.template(), draw.parameters()) for draw in map(Draw, seeds)]
    lines = "".join(json.dumps({"text": json.dumps(t), "parameters": p}) + "\n" for t, p in drawn)
    command = ["npx", "--yes", "pnpm@12.21.0", "exec", "node", "scripts/transform-lines.ts"]
    output = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, check=True).stdout
    differs = False
    for seed, (template, parameters), line in zip(seeds, drawn, output.splitlines(), strict=True):
        ours = json.loads(line)
        if any("outside the slice" in error for error in ours.get("errors", [])):
            continue
        aws = json.loads(json.dumps(of_aws(template, parameters)))
        for told in difference(aws, ours):
            differs = True
            print(f"seed {seed}: {told}")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
