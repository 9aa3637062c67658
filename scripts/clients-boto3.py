"""What boto3 and its waiters find in a served cloud. Started by scripts/clients.sh, with the environment set.

Each check is a sentence; a failure names it and goes on, and the exit code says whether there was one.
"""

import io
import json
import os
import sys
import urllib.request
import zipfile
from datetime import timedelta

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"max_attempts": 1, "mode": "standard"})
failures = 0


def client(name):
    return boto3.client(name, config=CONFIG)


cloudformation, codedeploy, function = client("cloudformation"), client("codedeploy"), client("lambda")
cloudwatch, logs, s3 = client("cloudwatch"), client("logs"), client("s3")
sns, sts, events, iam = client("sns"), client("sts"), client("events"), client("iam")
QUICK = {"Delay": 1, "MaxAttempts": 10}

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: small
      CodeUri: s3://boto3-packages/KEY
      Handler: index.handler
      Runtime: nodejs24.x
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes }
Outputs:
  Name: { Value: !Ref Fn, Description: the function }
"""
CODE = """
export const handler = async (event) => {
  console.log(JSON.stringify({ version: 'KEY', statusCode: event.statusCode ?? 200 }));
  return { version: 'KEY' };
};
"""


def check(sentence, holds, shown=""):
    global failures
    if holds:
        print(f"passed   {sentence}")
    else:
        failures += 1
        print(f"FAILED   {sentence} {shown}")


def code_of(call, **arguments):
    """The error code of a call that is refused; None when it is not."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def command(what):
    request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/_canary/{what}", method="POST")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def propose(key):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.mjs", CODE.replace("KEY", key))
    s3.upload_fileobj(io.BytesIO(package.getvalue()), "boto3-packages", key)
    names = {"StackName": "small", "ChangeSetName": f"set-{key}"}
    cloudformation.create_change_set(
        **names,
        ChangeSetType="CREATE" if key == "one" else "UPDATE",
        TemplateBody=TEMPLATE.replace("KEY", key),
        Capabilities=["CAPABILITY_IAM"],
    )
    return names


def release(key):
    names = propose(key)
    cloudformation.get_waiter("change_set_create_complete").wait(**names, WaiterConfig=QUICK)
    cloudformation.execute_change_set(**names)


def stacks_and_change_sets():
    s3.create_bucket(Bucket="boto3-packages")
    release("one")
    cloudformation.get_waiter("stack_create_complete").wait(StackName="small", WaiterConfig=QUICK)
    stack = cloudformation.describe_stacks(StackName="small")["Stacks"][0]
    check("a stack has its outputs", stack["Outputs"][0]["OutputValue"] == "small", stack)
    release("two")
    cloudformation.get_waiter("stack_update_complete").wait(StackName="small", WaiterConfig=QUICK)
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName="small")
    reasons = [it.get("ResourceStatusReason", "") for page in pages for it in page["StackEvents"]]
    check("its events tell of the deployment", any("CodeDeploy deployment started: d-" in it for it in reasons))
    resource = cloudformation.describe_stack_resource(StackName="small", LogicalResourceId="FnAliaslive")
    check("a resource is described", resource["StackResourceDetail"]["ResourceStatus"] == "UPDATE_COMPLETE", resource)
    names = propose("three")
    cloudformation.get_waiter("change_set_create_complete").wait(**names, WaiterConfig=QUICK)
    changes = cloudformation.describe_change_set(**names)["Changes"]
    changed = {it["ResourceChange"]["LogicalResourceId"]: it["ResourceChange"]["Action"] for it in changes}
    check("a change set tells what changes", changed.get("FnAliaslive") == "Modify", changed)
    check("change sets are listed", len(cloudformation.list_change_sets(StackName="small")["Summaries"]) == 1)
    cloudformation.delete_change_set(**names)
    check("a deleted one is gone", code_of(cloudformation.describe_change_set, **names) == "ChangeSetNotFound")
    check("an unknown stack is refused", code_of(cloudformation.describe_stacks, StackName="none") == "ValidationError")
    check("a template is validated", cloudformation.validate_template(TemplateBody=TEMPLATE)["Capabilities"] == ["CAPABILITY_IAM"])


def deployments():
    newest = codedeploy.list_deployments()["deployments"][0]
    codedeploy.get_waiter("deployment_successful").wait(deploymentId=newest, WaiterConfig=QUICK)
    info = codedeploy.get_deployment(deploymentId=newest)["deploymentInfo"]
    check("a deployment has succeeded", info["status"] == "Succeeded", info)
    command("speed?value=paused")
    names = propose("four")
    command("advance?for=5s")
    cloudformation.execute_change_set(**names)
    command("advance?for=1m")
    running = codedeploy.list_deployments(includeOnlyStatuses=["InProgress"])["deployments"]
    check("a deployment is in progress", len(running) == 1, running)
    target = codedeploy.list_deployment_targets(deploymentId=running[0])["targetIds"][0]
    shown = codedeploy.get_deployment_target(deploymentId=running[0], targetId=target)["deploymentTarget"]["lambdaTarget"]
    check("its target shows the weights", shown["lambdaFunctionInfo"]["targetVersionWeight"] == 0.1, shown)
    alias = function.get_alias(FunctionName="small", Name="live")
    check("its alias has two versions", list(alias["RoutingConfig"]["AdditionalVersionWeights"].values()) == [0.1], alias)
    refused = code_of(
        codedeploy.put_lifecycle_event_hook_execution_status,
        deploymentId=running[0],
        lifecycleEventHookExecutionId="none",
        status="Succeeded",
    )
    check("a hook that nobody waits for is refused", refused is not None and "Lifecycle" in refused, refused)
    codedeploy.stop_deployment(deploymentId=running[0], autoRollbackEnabled=True)
    command("advance?for=5m")
    check("a stopped one is stopped", codedeploy.get_deployment(deploymentId=running[0])["deploymentInfo"]["status"] == "Stopped")
    status = cloudformation.describe_stacks(StackName="small")["Stacks"][0]["StackStatus"]
    check("and its stack is rolled back", status == "UPDATE_ROLLBACK_COMPLETE", status)
    refused = code_of(codedeploy.get_deployment, deploymentId="d-NOTTHERE1")
    check("an unknown deployment is refused", refused == "DeploymentDoesNotExistException", refused)


def functions():
    answer = function.invoke(FunctionName="small", Qualifier="live", LogType="Tail", Payload=b'{"statusCode": 503}')
    check("a function answers", json.load(answer["Payload"]) == {"version": "two"}, answer)
    check("with the end of its log", bool(answer.get("LogResult")), answer)
    versions = [it["Version"] for it in function.list_versions_by_function(FunctionName="small")["Versions"]]
    check("its versions are listed", versions[:2] == ["$LATEST", "1"], versions)
    function.update_alias(FunctionName="small", Name="live", Description="by hand")
    check("its alias is updated", function.get_alias(FunctionName="small", Name="live")["Description"] == "by hand")
    check("an unknown function is refused", code_of(function.invoke, FunctionName="none") == "ResourceNotFoundException")
    check("a bad archive is refused", code_of(function.update_function_code, FunctionName="small", ZipFile=b"PK") == "InvalidParameterValueException")


def metrics_and_logs():
    command("advance?for=2m")
    found = logs.filter_log_events(logGroupName="/aws/lambda/small", filterPattern="statusCode")["events"]
    check("log events are filtered", len(found) >= 1, found)
    line = '{"statusCode": 503}'
    matches = logs.test_metric_filter(filterPattern="{ $.statusCode > 500 }", logEventMessages=[line, "{}"])["matches"]
    check("a metric filter is tried", [it["eventMessage"] for it in matches] == [line], matches)
    alarm = {"AlarmName": "boto3", "Namespace": "shop", "MetricName": "sold", "Statistic": "Sum", "Period": 60}
    rule = {"EvaluationPeriods": 1, "Threshold": 0, "ComparisonOperator": "GreaterThanThreshold"}
    cloudwatch.put_metric_alarm(**alarm, **rule)
    cloudwatch.set_alarm_state(AlarmName="boto3", StateValue="ALARM", StateReason="by hand")
    shown = cloudwatch.describe_alarms(AlarmNames=["boto3"])["MetricAlarms"][0]
    check("an alarm is set", shown["StateValue"] == "ALARM", shown)
    history = cloudwatch.describe_alarm_history(AlarmName="boto3", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    check("its history tells it", len(history) == 1, history)
    now = history[0]["Timestamp"]
    cloudwatch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "sold", "Value": 3, "Timestamp": now}])
    command("advance?for=2m")
    span = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=5)}
    points = cloudwatch.get_metric_statistics(Namespace="shop", MetricName="sold", Period=60, Statistics=["Sum"], **span)
    check("statistics are got", [it["Sum"] for it in points["Datapoints"]] == [3.0], points)
    metric = {"Metric": {"Namespace": "shop", "MetricName": "sold"}, "Period": 60, "Stat": "Sum"}
    data = cloudwatch.get_metric_data(MetricDataQueries=[{"Id": "sold", "MetricStat": metric}], **span)
    check("metric data are got", data["MetricDataResults"][0]["Values"] == [3.0], data)
    refused = code_of(cloudwatch.put_metric_alarm, **alarm, **rule, ExtendedStatistic="p99")
    check("an alarm with two statistics is refused by its query code", refused == "InvalidParameterCombination", refused)


def others():
    topic = sns.create_topic(Name="boto3")["TopicArn"]
    check("a message is published", "MessageId" in sns.publish(TopicArn=topic, Message="hello"))
    events.put_rule(Name="boto3", EventPattern='{"source": ["aws.codedeploy"]}')
    events.put_targets(Rule="boto3", Targets=[{"Id": "topic", "Arn": topic}])
    check("a rule has its target", len(events.list_targets_by_rule(Rule="boto3")["Targets"]) == 1)
    entry = {"Source": "shop", "DetailType": "Sold", "Detail": "{}"}
    check("an event is put", events.put_events(Entries=[entry])["FailedEntryCount"] == 0)
    role = function.get_function_configuration(FunctionName="small")["Role"].split("/")[-1]
    check("a role is got", iam.get_role(RoleName=role)["Role"]["RoleName"] == role)
    check("the caller is the account's root", sts.get_caller_identity()["Arn"].endswith(":root"))
    body = os.urandom(9 * 1024 * 1024)
    s3.upload_fileobj(io.BytesIO(body), "boto3-packages", "big")
    into = io.BytesIO()
    s3.download_fileobj("boto3-packages", "big", into)
    check("9 MB go up and come down in parts", into.getvalue() == body)
    versions_and_rules(topic)
    check("an operation outside the slice is refused", code_of(function.list_layers) is not None)


def versions_and_rules(topic):
    s3.put_bucket_versioning(Bucket="boto3-packages", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="boto3-packages", Key="kept", Body=b"one")["VersionId"]
    s3.put_object(Bucket="boto3-packages", Key="kept", Body=b"two")
    s3.delete_object(Bucket="boto3-packages", Key="kept")
    check("a deleted object is hidden", code_of(s3.get_object, Bucket="boto3-packages", Key="kept") == "NoSuchKey")
    body = s3.get_object(Bucket="boto3-packages", Key="kept", VersionId=first)["Body"].read()
    check("and its first version is still there", body == b"one", body)
    pages = s3.get_paginator("list_object_versions").paginate(Bucket="boto3-packages", Prefix="kept", PaginationConfig={"PageSize": 1})
    listed = [len(it.get("Versions", [])) + len(it.get("DeleteMarkers", [])) for it in pages]
    check("versions are listed page by page", listed == [1, 1, 1], listed)
    pattern = json.dumps({"source": ["shop"], "detail": {"price": [{"numeric": [">", 9]}]}})
    event = {"id": "1", "account": "1", "source": "shop", "time": "2026-01-05T09:00:00Z", "region": "r", "detail-type": "Sold"}
    tried = [
        events.test_event_pattern(EventPattern=pattern, Event=json.dumps({**event, "detail": {"price": price}}))["Result"]
        for price in (9, 10)
    ]
    check("a pattern is tried", tried == [False, True], tried)
    mail = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="team@example.org")["SubscriptionArn"]
    check("a mail address has to confirm", mail == "pending confirmation", mail)
    refused = code_of(codedeploy.list_deployments, includeOnlyStatuses=["Odd"])
    check("a status that there is not is refused", refused == "InvalidDeploymentStatusException", refused)
    refused = code_of(s3.put_object, Bucket="boto3-packages", Key="a", Body=b"", ACL="public-read")
    check("a member outside the slice is refused", refused == "NotImplemented", refused)


for part in (stacks_and_change_sets, deployments, functions, metrics_and_logs, others):
    try:
        part()
    except Exception as error:  # whatever it is, the other parts still run
        check(part.__name__, False, repr(error))
sys.exit(min(failures, 1))
