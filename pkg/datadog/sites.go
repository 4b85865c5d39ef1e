package datadog

// site is one of Datadog's sites.
type site struct {
	// account is the account of AWS whose role Datadog reads as.
	account string
	// intake is the URL that takes lines from Firehose.
	intake string
}

// sites are Datadog's sites that read accounts of the partition aws, by host. Accounts:
// docs.datadoghq.com/integrations/guide/aws-manual-setup, "Create a Datadog integration
// IAM role", for each site. URLs:
// docs.datadoghq.com/logs/guide/send-aws-services-logs-with-the-datadog-kinesis-firehose-destination.
func sites() map[string]site {
	const (
		most      = "464622532012"
		tokyo     = "417141415827"
		sydney    = "412381753143"
		host      = "https://aws-kinesis-http-intake.logs."
		older     = "/v1/input"
		firehoses = "/api/v2/logs?dd-protocol=aws-kinesis-firehose"
	)
	return map[string]site{
		"datadoghq.com":     {most, host + "datadoghq.com" + older},
		"us3.datadoghq.com": {most, host + "us3.datadoghq.com" + firehoses},
		"us5.datadoghq.com": {most, host + "us5.datadoghq.com" + firehoses},
		"datadoghq.eu":      {most, host + "datadoghq.eu" + older},
		"ap1.datadoghq.com": {tokyo, host + "ap1.datadoghq.com" + firehoses},
		"ap2.datadoghq.com": {sydney, host + "ap2.datadoghq.com" + firehoses},
	}
}
