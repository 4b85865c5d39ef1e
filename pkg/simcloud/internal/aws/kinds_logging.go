package aws

import "cellworks/pkg/simcloud/internal/resource"

const tokLogProtection = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy"

// loggingKinds are the resource types that keep logs from saying too much.
func loggingKinds() []*resource.Kind { return []*resource.Kind{logDataProtection()} }

// loggingNotes are those of loggingKinds.
func loggingNotes() map[string]Note {
	return map[string]Note{
		tokLogProtection: {"The log group exists and is not of class DELIVERY; the document audits and masks the same identifiers, in AWS's form; a log group for findings exists. A group's policy takes the place of the one before.",
			freely, "Nothing is masked. Whether identifiers exist; buckets and delivery streams for findings."},
	}
}
