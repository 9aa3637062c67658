#!/usr/bin/env bash
# Creates the pipeline of infra/pipeline.yaml in the account of the AWS CLI's credentials, or brings it up to date, and says what
# is left for a person to do. Arguments are parameters of that template:
#   scripts/bootstrap-pipeline.sh RepositoryName=owner/unicorns ConnectionArn=arn:aws:codeconnections:… NoticesEmail=…
# PIPELINE_STACK names the stack; default: unicorns-pipeline.
set -euo pipefail
cd "$(dirname "$0")/.."
stack=${PIPELINE_STACK:-unicorns-pipeline}

if ! account=$(aws sts get-caller-identity --query Account --output text); then
  echo 'The AWS CLI has no credentials that work. Run "aws configure" or "aws sso login" first.' >&2
  exit 2
fi
region=$(aws configure get region || true)
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$region}}
if [[ -z $region ]]; then
  echo 'No region is set. Export AWS_REGION, or run "aws configure".' >&2
  exit 2
fi
printf 'Account %s, region %s, stack %s.\n' "$account" "$region" "$stack"

for argument in "$@"; do
  if [[ ! $argument =~ ^[A-Za-z]+=.*$ ]]; then
    printf '"%s" is not of the form Parameter=value. The parameters are those of infra/pipeline.yaml.\n' "$argument" >&2
    exit 2
  fi
  if [[ $argument == ConnectionArn=?* ]]; then
    connection=${argument#*=}
    status=$(aws codeconnections get-connection --connection-arn "$connection" --query Connection.ConnectionStatus --output text)
    if [[ $status != AVAILABLE ]]; then
      printf 'The connection is %s. Somebody has to approve it in the console first: Developer Tools, Connections.\n' "$status" >&2
      exit 2
    fi
  fi
done

aws cloudformation deploy --stack-name "$stack" --template-file infra/pipeline.yaml --capabilities CAPABILITY_IAM \
  --no-fail-on-empty-changeset ${1:+--parameter-overrides "$@"}

pipeline=$(aws cloudformation describe-stacks --stack-name "$stack" \
  --query "Stacks[0].Outputs[?OutputKey=='Pipeline'].OutputValue" --output text)
printf '\nThe pipeline %s is there, and every push to its branch is deployed.\n' "$pipeline"
printf 'To see it: aws codepipeline get-pipeline-state --name %s\n' "$pipeline"
printf 'A NoticesEmail gets a mail to confirm; until then nobody is told of anything.\n'
