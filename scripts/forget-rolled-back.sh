#!/usr/bin/env bash
# Deletes the versions that rolled-back releases of a stack have left behind. CloudFormation keeps them, and Lambda would
# answer "A version for this Lambda function exists" to whoever deploys the very same package again (docs/runbook.md).
# What the stack knows, and everything older, stays. Usage: scripts/forget-rolled-back.sh STACK
set -euo pipefail
stack=${1:?'Usage: scripts/forget-rolled-back.sh STACK'}

if ! status=$(aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' --output text 2>&1); then
  if [[ $status == *'does not exist'* ]]; then
    printf 'There is no stack %s yet, and so nothing to forget.\n' "$stack"
    exit 0
  fi
  printf '%s\n' "$status" >&2
  exit 1
fi
if [[ $status == *_IN_PROGRESS ]]; then
  printf 'The stack %s is in %s: what is newest may be the release that is being deployed.\n' "$stack" "$status" >&2
  exit 1
fi

versions=$(aws cloudformation describe-stack-resources --stack-name "$stack" \
  --query "StackResources[?ResourceType=='AWS::Lambda::Version'].PhysicalResourceId" --output text)
forgotten=0
for arn in $versions; do
  known=${arn##*:}
  function=${arn%:*}
  function=${function##*:}
  for version in $(aws lambda list-versions-by-function --function-name "$function" --query 'Versions[].Version' --output text); do
    if [[ $version =~ ^[0-9]+$ ]] && ((version > known)); then
      # Lambda itself refuses a version that an alias still names.
      aws lambda delete-function --function-name "$function" --qualifier "$version"
      printf 'forgotten  %s version %s, newer than version %s that the stack knows\n' "$function" "$version" "$known"
      forgotten=$((forgotten + 1))
    fi
  done
done
printf '%s versions forgotten in %s.\n' "$forgotten" "$stack"
