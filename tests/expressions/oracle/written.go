package main

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
)

// A value deeper than this holds itself.
const deepest = 60

// written returns a value as plain data that keeps Go's types apart: `["int", "1"]`, `["float", "1"]`.
func written(value any, depth int) any {
	if depth > deepest {
		panic("the value holds itself")
	}
	switch value := value.(type) {
	case nil:
		return nil
	case time.Time:
		text, err := value.MarshalJSON()
		if err != nil {
			return []any{"time", err.Error()}
		}
		return []any{"time", strings.Trim(string(text), `"`)}
	case *time.Location:
		return []any{"location", value.String()}
	case time.Duration:
		return []any{"duration", value.String()}
	case []byte:
		return []any{"bytes", fmt.Sprint(value)}
	}
	return writtenKind(reflect.ValueOf(value), depth+1)
}

func writtenKind(value reflect.Value, depth int) any {
	switch value.Kind() {
	case reflect.String:
		return string([]rune(value.String()))
	case reflect.Bool:
		return value.Bool()
	case reflect.Float32, reflect.Float64:
		return []any{"float", strconv.FormatFloat(value.Float(), 'g', -1, 64)}
	case reflect.Uint8:
		return []any{"byte", fmt.Sprint(value.Uint())}
	case reflect.Slice, reflect.Array:
		items := []any{}
		for i := range value.Len() {
			items = append(items, written(value.Index(i).Interface(), depth))
		}
		return []any{"list", items}
	case reflect.Map:
		return []any{"map", pairs(value, depth)}
	}
	if value.CanInt() {
		return []any{"int", fmt.Sprint(value.Int())}
	}
	if value.CanUint() {
		return []any{"int", fmt.Sprint(value.Uint())}
	}
	return []any{"other", value.Type().String()}
}

func pairs(value reflect.Value, depth int) []any {
	found := []any{}
	for _, key := range value.MapKeys() {
		found = append(found, []any{string(line(written(key.Interface(), depth))), written(value.MapIndex(key).Interface(), depth)})
	}
	sort.Slice(found, func(i, j int) bool { return found[i].([]any)[0].(string) < found[j].([]any)[0].(string) })
	return found
}
