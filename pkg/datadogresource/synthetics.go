package datadogresource

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Dashboard is a page of widgets.
type Dashboard struct {
	pulumi.CustomResourceState

	// URL is the path of the page below the site.
	URL pulumi.StringOutput `pulumi:"url"`
}

// DashboardArgs are the properties of a Dashboard.
type DashboardArgs struct {
	// Dashboard is the page as a JSON document
	// (docs.datadoghq.com/api/latest/dashboards).
	Dashboard pulumi.StringInput `pulumi:"dashboard" required:"true"`
}

// NewDashboard registers a Dashboard. It fails when a required property is missing.
func NewDashboard(ctx *pulumi.Context, name string, args DashboardArgs, opts ...pulumi.ResourceOption) (*Dashboard, error) {
	d := &Dashboard{}
	return d, register(ctx, TokenDashboard, name, args, d, opts)
}

// SyntheticsTest is a request that Datadog makes again and again.
type SyntheticsTest struct {
	pulumi.CustomResourceState

	// MonitorID is the monitor that comes with it; objectives may refer to it.
	MonitorID pulumi.IntOutput `pulumi:"monitorId"`
}

// SyntheticsTestArgs are the properties of a SyntheticsTest
// (docs.datadoghq.com/api/latest/synthetics). Requests with credentials are not here.
type SyntheticsTestArgs struct {
	Name pulumi.StringInput `pulumi:"name" required:"true"`
	// Type is api, browser, mobile or network, Subtype of an api test http, ssl, tcp, dns
	// and so on; other ones make another test.
	Type    pulumi.StringInput    `pulumi:"type" required:"true"`
	Subtype pulumi.StringPtrInput `pulumi:"subtype"`
	// Status is live or paused.
	Status pulumi.StringInput `pulumi:"status" required:"true"`
	// Locations are where requests come from: aws:us-east-1 and so on.
	Locations pulumi.StringArrayInput `pulumi:"locations" required:"true"`
	// Message is what people are told.
	Message           pulumi.StringPtrInput   `pulumi:"message"`
	RequestDefinition *RequestDefinition      `pulumi:"requestDefinition"`
	RequestHeaders    pulumi.StringMapInput   `pulumi:"requestHeaders"`
	Assertions        []Assertion             `pulumi:"assertions"`
	OptionsList       *SyntheticsOptions      `pulumi:"optionsList"`
	Tags              pulumi.StringArrayInput `pulumi:"tags"`
	// ForceDeleteDependencies deletes it although an objective refers to its monitor.
	ForceDeleteDependencies pulumi.BoolPtrInput `pulumi:"forceDeleteDependencies"`
}

// RequestDefinition is the request.
type RequestDefinition struct {
	Method pulumi.StringPtrInput `pulumi:"method"`
	URL    pulumi.StringPtrInput `pulumi:"url"`
	// Host and Port are what is connected to where there is no URL.
	Host pulumi.StringPtrInput `pulumi:"host"`
	Port pulumi.StringPtrInput `pulumi:"port"`
	// Timeout is in seconds.
	Timeout pulumi.IntPtrInput `pulumi:"timeout"`
	// NoSavingResponseBody keeps answers out of Datadog.
	NoSavingResponseBody pulumi.BoolPtrInput `pulumi:"noSavingResponseBody"`
}

// Assertion is what has to be true of the answer: type, operator, target.
type Assertion struct {
	Type     pulumi.StringInput    `pulumi:"type" required:"true"`
	Operator pulumi.StringPtrInput `pulumi:"operator"`
	Target   pulumi.StringPtrInput `pulumi:"target"`
	Property pulumi.StringPtrInput `pulumi:"property"`
}

// SyntheticsOptions say how often a test runs and when it has failed.
type SyntheticsOptions struct {
	// TickEvery is the time between two runs in seconds, 30 to 604800.
	TickEvery pulumi.IntInput `pulumi:"tickEvery" required:"true"`
	// MinFailureDuration is for how many seconds it fails before people are told.
	MinFailureDuration pulumi.IntPtrInput `pulumi:"minFailureDuration"`
	// MinLocationFailed is from how many locations.
	MinLocationFailed pulumi.IntPtrInput `pulumi:"minLocationFailed"`
	// MonitorName and MonitorPriority (1 to 5) are those of the monitor.
	MonitorName      pulumi.StringPtrInput `pulumi:"monitorName"`
	MonitorPriority  pulumi.IntPtrInput    `pulumi:"monitorPriority"`
	FollowRedirects  pulumi.BoolPtrInput   `pulumi:"followRedirects"`
	AcceptSelfSigned pulumi.BoolPtrInput   `pulumi:"acceptSelfSigned"`
	// CheckCertificateRevocation asks whether the server's certificate was revoked.
	CheckCertificateRevocation pulumi.BoolPtrInput `pulumi:"checkCertificateRevocation"`
	Retry                      *SyntheticsRetry    `pulumi:"retry"`
}

// SyntheticsRetry is how often, 0 to 5, and after how many milliseconds a failed test
// is tried again.
type SyntheticsRetry struct {
	Count    pulumi.IntPtrInput `pulumi:"count"`
	Interval pulumi.IntPtrInput `pulumi:"interval"`
}

// NewSyntheticsTest registers a SyntheticsTest. It fails when a required property is
// missing.
func NewSyntheticsTest(ctx *pulumi.Context, name string, args SyntheticsTestArgs, opts ...pulumi.ResourceOption) (*SyntheticsTest, error) {
	s := &SyntheticsTest{}
	return s, register(ctx, TokenSyntheticsTest, name, args, s, opts)
}
