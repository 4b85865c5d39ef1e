package datadogresource

import "encoding/json"

// Page is what a Dashboard shows, as far as the programs use it
// (docs.datadoghq.com/api/latest/dashboards, "Create a new dashboard").
type Page struct {
	Title      string   `json:"title"`
	Text       string   `json:"description"`
	LayoutType string   `json:"layout_type"`
	ReflowType string   `json:"reflow_type"`
	Widgets    []Widget `json:"widgets"`
	// Tags are team:<name> only.
	Tags []string `json:"tags"`
}

// NewPage returns a page of widgets one below the other.
func NewPage(title, text, team string, widgets ...Widget) Page {
	return Page{Title: title, Text: text, LayoutType: "ordered", ReflowType: "auto", Tags: []string{"team:" + team}, Widgets: widgets}
}

// JSON returns the page as DashboardArgs take it: the same text for the same page.
func (p Page) JSON() (string, error) {
	text, err := json.Marshal(p)
	return string(text), err
}

// Widget is one part of a page.
type Widget struct {
	Definition WidgetDefinition `json:"definition"`
}

// WidgetDefinition says what a widget shows.
type WidgetDefinition struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	// LayoutType and Widgets are those of a group.
	LayoutType string   `json:"layout_type,omitempty"`
	Widgets    []Widget `json:"widgets,omitempty"`
	// Query, DisplayFormat and SummaryType are those of a list of monitors.
	Query         string `json:"query,omitempty"`
	DisplayFormat string `json:"display_format,omitempty"`
	SummaryType   string `json:"summary_type,omitempty"`
	// Requests and Markers are those of a graph.
	Requests []GraphRequest `json:"requests,omitempty"`
	Markers  []Marker       `json:"markers,omitempty"`
}

// GraphRequest is a query and how it is drawn.
type GraphRequest struct {
	Query       string `json:"q"`
	DisplayType string `json:"display_type"`
}

// Marker is a line across a graph.
type Marker struct {
	Value       string `json:"value"`
	DisplayType string `json:"display_type"`
}

// MonitorList shows which of the monitors that query finds alert.
func MonitorList(query string) Widget {
	return Widget{Definition: WidgetDefinition{Type: "manage_status", Title: "Monitors", DisplayFormat: "countsAndList", SummaryType: "monitors", Query: query}}
}

// Group puts widgets together.
func Group(title string, widgets []Widget) Widget {
	return Widget{Definition: WidgetDefinition{Type: "group", Title: title, LayoutType: "ordered", Widgets: widgets}}
}

// Graph shows a series over time, and its limit.
func Graph(title, series, limit string) Widget {
	return Widget{Definition: WidgetDefinition{
		Type: "timeseries", Title: title, Requests: []GraphRequest{{Query: series, DisplayType: "line"}},
		Markers: []Marker{{Value: "y = " + limit, DisplayType: "error dashed"}},
	}}
}
