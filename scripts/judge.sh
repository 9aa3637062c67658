#!/usr/bin/env bash
# Lets AWS's own tools judge infra/: cfn-lint, the SAM translator and the SAM CLI, each where it is there. All three are
# Python, so none is a dependency; one that is missing is said to be skipped. Fails when a judge that ran finds something.
set -uo pipefail
cd "$(dirname "$0")/.."

failures=0

passed() { printf 'passed   %s\n' "$1"; }
skipped() { printf 'skipped  %s: %s\n' "$1" "$2"; }
failed() {
  printf 'FAILED   %s\n' "$1"
  failures=$((failures + 1))
}

# judge <title> <command …>: passes when the command succeeds and prints nothing.
judge() {
  local title=$1 output
  shift
  if output=$("$@" 2>&1) && [ -z "$output" ]; then
    passed "$title"
  else
    [ -n "$output" ] && printf '%s\n' "$output"
    failed "$title"
  fi
}

if cfn-lint --version >/dev/null 2>&1; then
  judge 'cfn-lint infra/template.yaml' cfn-lint infra/template.yaml
  judge 'cfn-lint infra/pipeline.yaml' cfn-lint infra/pipeline.yaml
else
  skipped 'cfn-lint' 'not installed (pip install cfn-lint)'
fi

if python3 -c 'import samtranslator' >/dev/null 2>&1; then
  judge 'aws-sam-translator infra/template.yaml' python3 scripts/judge-transform.py infra/template.yaml
  judge 'aws-sam-translator on random templates' python3 scripts/judge-random-templates.py
else
  skipped 'aws-sam-translator' 'not installed (pip install aws-sam-translator)'
fi

if sam --version >/dev/null 2>&1; then
  # `sam validate` asks IAM for the managed policies and so needs an account; with --lint it does not.
  if sam validate --lint >/dev/null 2>&1; then passed 'sam validate --lint'; else failed 'sam validate --lint'; fi
else
  skipped 'sam validate --lint' 'the SAM CLI is not installed'
fi

exit $((failures > 0))
