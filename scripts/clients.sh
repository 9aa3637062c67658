#!/usr/bin/env bash
# Lets AWS's own clients deploy infra/ into a served cloud, as a team does into AWS: the AWS CLI, boto3 and the SAM CLI,
# each where it is there. All three are Python, so none is a dependency; one that is missing is said to be skipped.
# SAM names the SAM CLI when it is not on the path. Fails when a client that ran does not get what AWS would give it.
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD

failures=0
passed() { printf 'passed   %s\n' "$1"; }
skipped() { printf 'skipped  %s: %s\n' "$1" "$2"; }
failed() {
  printf 'FAILED   %s\n' "$1"
  failures=$((failures + 1))
}

# Without the wrapper of package.json's scripts: signals go to the cloud itself.
node=$root/node_modules/.bin/node
[ -x "$node" ] || node=node
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

# start <log>: a clean cloud; its environment is set, and $api is where it will answer for APIs.
start() {
  "$node" "$root/packages/canary/src/main.ts" serve --port 0 --speed max --traffic 600/min </dev/null >"$1" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    grep -q 'From elsewhere' "$1" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  eval "$(grep '^  export AWS_' "$1")"
  export AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0 AWS_PAGER=
}

stop() {
  kill -INT "$server"
  wait "$server"
  local code=$?
  server=
  [ "$code" -eq 0 ] && passed 'Ctrl-C ends the cloud with 0' || failed "Ctrl-C ends the cloud with 0, not $code"
}

# expect <title> <exit code> <text> <command …>: the command's exit code, and a text that its output holds.
expect() {
  local title=$1 wanted=$2 text=$3 output code
  shift 3
  output=$("$@" 2>&1)
  code=$?
  if [[ " $wanted " == *" $code "* && "$output" == *"$text"* ]]; then
    passed "$title"
  else
    printf '%s\n' "$output" | tail -30
    failed "$title (exit code $code)"
  fi
}

# The release as it was built, in a folder where it may be changed.
[ -d dist/list ] || "$node" scripts/node24.mjs scripts/build.ts >/dev/null || exit 1
release() {
  rm -rf "$work/release" && mkdir "$work/release" && cp -R infra dist samconfig.toml "$work/release/"
}

cli_deploy() {
  aws cloudformation package --template-file infra/template.yaml --s3-bucket packages --output-template-file packaged.yaml >/dev/null &&
    aws cloudformation deploy --template-file packaged.yaml --stack-name unicorns --capabilities CAPABILITY_IAM "$@"
}

if aws --version >/dev/null 2>&1; then
  start "$work/cli.log"
  release
  cd "$work/release" || exit 1
  expect 'aws s3 mb' 0 'make_bucket: packages' aws s3 mb s3://packages
  expect 'aws: a first deployment' 0 'Successfully created/updated stack - unicorns' cli_deploy
  # Version 1 of the CLI takes no changes for a failure, version 2 does not.
  expect 'aws: no change' '0 255' 'No changes to deploy' aws cloudformation deploy --template-file packaged.yaml \
    --stack-name unicorns --capabilities CAPABILITY_IAM
  # It calls change sets by the second, and two of one name are refused.
  sleep 1
  expect 'aws: no change, and that is fine' 0 'No changes to deploy' aws cloudformation deploy --template-file packaged.yaml \
    --stack-name unicorns --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset
  echo '// another build' >>dist/list/index.mjs
  expect 'aws: a second deployment, by canary' 0 'Successfully created/updated stack - unicorns' cli_deploy
  expect 'aws: its deployment succeeded' 0 'Succeeded' aws deploy list-deployments --include-only-statuses Succeeded \
    --query "join(' ', ['Succeeded', deployments[0]])"
  expect 'aws deploy wait deployment-successful' 0 '' aws deploy wait deployment-successful --deployment-id \
    "$(aws deploy list-deployments --include-only-statuses Succeeded --query 'deployments[0]' --output text)"
  expect 'aws cloudformation wait stack-update-complete' 0 '' aws cloudformation wait stack-update-complete --stack-name unicorns
  api=$(grep -o 'http://[0-9.:]*/Prod' "$work/cli.log" | head -1)
  expect 'the API answers real HTTP' 0 '"unicorns"' curl -fsS "$api/unicorns"
  mv dist/list/index.mjs dist/list/good.mjs
  cat >dist/list/index.mjs <<'CODE'
import { handler as good } from './good.mjs';
// The hooks find nothing; the callers do.
export const handler = async (event, context) => {
  if (event.headers?.['User-Agent'] === 'serve') throw new Error('bad for callers');
  return good(event, context);
};
CODE
  expect 'aws: a release that fails its callers is rolled back' 255 'Failed to create/update the stack' cli_deploy
  expect 'aws: by an alarm' 0 'ALARM_ACTIVE' aws deploy get-deployment --query 'deploymentInfo.errorInformation.code' \
    --deployment-id "$(aws deploy list-deployments --include-only-statuses Stopped --query 'deployments[0]' --output text)"
  expect 'aws: without capabilities' 255 'Requires capabilities : [CAPABILITY_IAM]' aws cloudformation deploy \
    --template-file packaged.yaml --stack-name poor
  echo 'export const handler = async () => { throw new Error("bad release"); };' >dist/list/index.mjs
  expect 'aws: a bad release rolls back' 255 'Failed to create/update the stack' cli_deploy
  expect 'aws: and the stack says so' 0 'UPDATE_ROLLBACK_COMPLETE' aws cloudformation describe-stacks --stack-name unicorns \
    --query 'Stacks[0].StackStatus'
  expect 'the API answers as before' 0 '"unicorns"' curl -fsS "$api/unicorns"
  expect 'aws: a value that no enum has' '254 255' 'Member must satisfy enum value set' aws cloudwatch describe-alarm-history \
    --history-item-type Odd
  expect 'aws: versions of an object' 0 'Enabled' bash -c "aws s3api put-bucket-versioning --bucket packages \
    --versioning-configuration Status=Enabled && aws s3api get-bucket-versioning --bucket packages --output text"
  expect 'aws: a bucket with versions is not emptied by deleting its objects' 1 'You must delete all versions in the bucket' \
    aws s3 rb s3://packages --force
  expect 'aws: an operation outside the slice' '254 255' 'is not part of the embedded cloud' aws lambda list-layers
  head -c 5000 /dev/urandom >"$work/noise"
  expect 'garbage is refused' 0 '4' curl -sS -o /dev/null -w '%{http_code}' -X POST --data-binary "@$work/noise" \
    -H 'x-amz-target: Logs_20140328.PutLogEvents' -H 'content-type: application/x-amz-json-1.1' "$AWS_ENDPOINT_URL"
  expect 'and the cloud lives' 0 'root' aws sts get-caller-identity
  cd "$root" || exit 1
  stop
else
  skipped 'AWS CLI' 'not installed (pip install awscli)'
fi

if python3 -c 'import boto3' >/dev/null 2>&1; then
  start "$work/boto3.log"
  python3 scripts/clients-boto3.py || failures=$((failures + 1))
  stop
else
  skipped 'boto3' 'not installed (pip install boto3)'
fi

sam=${SAM:-sam}
if "$sam" --version >/dev/null 2>&1; then
  start "$work/sam.log"
  release
  cd "$work/release" || exit 1
  expect 'sam build' 0 'Build Succeeded' "$sam" build
  rm -rf .aws-sam # what is built already is what is deployed
  expect 'sam validate' 0 'is a valid SAM Template' "$sam" validate
  expect 'sam deploy --resolve-s3: a first deployment' 0 'Successfully created/updated stack - unicorns' "$sam" deploy
  expect 'sam deploy: no change' 0 'No changes to deploy' "$sam" deploy
  echo '// another build' >>dist/list/index.mjs
  expect 'sam deploy: its table shows the CodeDeploy deployment' 0 'CodeDeploy' "$sam" deploy
  echo 'export const handler = async () => { throw new Error("bad release"); };' >dist/list/index.mjs
  expect 'sam deploy: a bad release rolls back' 1 'UPDATE_ROLLBACK' "$sam" deploy
  expect 'sam list stack-outputs' 0 'OutputKey' "$sam" list stack-outputs --stack-name unicorns --output json
  expect 'sam remote invoke' 0 '"statusCode":400' "$sam" remote invoke ListFunction --stack-name unicorns --event '{}'
  # The cloud is ahead of the clock by which SAM ends its question.
  expect 'sam logs' 0 'platform.report' "$sam" logs --name ListFunction --stack-name unicorns --end-time 'in 4 hours'
  expect 'sam list endpoints needs what is outside the slice, and is told so' 1 'is not part of the embedded cloud' \
    "$sam" list endpoints --stack-name unicorns --output json
  expect 'sam delete' 0 'Deleted successfully' "$sam" delete --stack-name unicorns --no-prompts
  cd "$root" || exit 1
  stop
else
  skipped 'SAM CLI' 'not installed (pip install aws-sam-cli); SAM=… names one that is not on the path'
fi

exit $((failures > 0))
