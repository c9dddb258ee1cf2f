// The oracle: what Argo computes for expressions and conditions, one JSON line each.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/Knetic/govaluate"
	"github.com/expr-lang/expr"
)

// An answer that changes from one time to the next is none.
const times = 6

var environments map[string]json.RawMessage

func main() {
	content, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(content, &environments)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	for err == nil && lines.Scan() {
		var question [2]string
		if err = json.Unmarshal(lines.Bytes(), &question); err == nil {
			out.Write(steady(question[0], question[1]))
			err = out.WriteByte('\n')
		}
	}
	if err == nil {
		err = lines.Err()
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func steady(kind, text string) []byte {
	first := line(answer(kind, text))
	for range times - 1 {
		if !bytes.Equal(first, line(answer(kind, text))) {
			return []byte(`["unsteady"]`)
		}
	}
	return first
}

func line(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return []byte(`["unwritten"]`)
	}
	return bytes.TrimRight(buffer.Bytes(), "\n")
}

func answer(kind, text string) (found []any) {
	defer func() {
		if recover() != nil {
			found = []any{"unsteady"}
		}
	}()
	if kind == "when" {
		return []any{condition(text)}
	}
	value, err := evaluate(text, environment(kind))
	if err != nil {
		return []any{"error"}
	}
	return []any{written(value, 0), resultText(value)}
}

func evaluate(text string, env map[string]any) (value any, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	program, err := expr.Compile(text, expr.Env(env))
	if err != nil {
		return nil, err
	}
	return expr.Run(program, env)
}

// resultText is what Argo puts in the place of a tag, nil where it refuses to.
func resultText(value any) (text any) {
	defer func() {
		if recover() != nil {
			text = nil
		}
	}()
	if value == nil {
		return nil
	}
	marshalled, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var inner string
	if json.Unmarshal(marshalled, &inner) == nil && marshalled[0] == '"' {
		return inner
	}
	return string(marshalled)
}

// condition is Argo's shouldExecute: the words of a condition that are no literals are texts.
func condition(when string) (result any) {
	defer func() {
		if problem := recover(); problem != nil {
			result = fmt.Sprintf("panic: %v", problem)
		}
	}()
	expression, err := govaluate.NewEvaluableExpression(when)
	if err != nil {
		hint := ""
		if strings.Contains(err.Error(), "Invalid token") {
			hint = ` (hint: try wrapping the affected expression in quotes ("))`
		}
		return fmt.Sprintf("Invalid 'when' expression '%s': %v%s", when, err, hint)
	}
	tokens := expression.Tokens()
	for i := range tokens {
		if tokens[i].Kind == govaluate.VARIABLE {
			tokens[i].Kind = govaluate.STRING
		}
	}
	expression, err = govaluate.NewEvaluableExpressionFromTokens(tokens)
	if err != nil {
		return fmt.Sprintf("Failed to parse 'when' expression '%s': %v", when, err)
	}
	value, err := expression.Evaluate(nil)
	if err != nil {
		return fmt.Sprintf("Failed to evaluate 'when' expresion '%s': %v", when, err)
	}
	if _, ok := value.(bool); !ok {
		return fmt.Sprintf("Expected boolean evaluation for '%s'. Got %v", when, value)
	}
	return value
}
