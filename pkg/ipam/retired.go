package ipam

import "fmt"

const (
	// QuarantineDays is how long a slot that was given back stays unused: the longest
	// waiting period of a key's deletion, after which nothing that the former owner
	// has encrypted can be read any more
	// (docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
	QuarantineDays = 30
	// MinQuarantineDays is the shortest waiting period of a key's deletion (same source).
	MinQuarantineDays = 7
)

// Kind is what a block of the plan is.
type Kind string

const (
	// KindAccount is an account's /12.
	KindAccount Kind = "account"
	// KindRegion is the /14 of a region of an account.
	KindRegion Kind = "region"
	// KindVPC is a /16.
	KindVPC Kind = "vpc"
	// KindTier is the part of a VPC that a tier has.
	KindTier Kind = "tier"
	// KindSubnet is a subnet in one zone, shared or of a cell.
	KindSubnet Kind = "subnet"
	// KindCell is what a cell has in a tier.
	KindCell Kind = "cell"
)

// Slots are the numbers that fix a block. What a kind does not have is 0.
type Slots struct{ Account, Region, VPC, Cell int }

// Retired is a slot that was given back. Nobody gets it before its quarantine ends.
type Retired struct {
	// Kind is KindAccount, KindRegion, KindVPC or KindCell.
	Kind Kind
	// Account, Region and Client are who had the slot, for messages; empty where the
	// kind has none.
	Account, Region, Client string
	// At is where the slot is. A cell's slot is given back in every VPC of the region.
	At Slots
	// Released is the first day on which the slot was no longer in use.
	Released Day
	// Until is the first day on which the slot may be used again.
	Until Day
}

// Slot returns the number that was given back.
func (r Retired) Slot() int {
	switch r.Kind {
	case KindAccount:
		return r.At.Account
	case KindRegion:
		return r.At.Region
	case KindVPC:
		return r.At.VPC
	default:
		return r.At.Cell
	}
}

// Owner names who had the slot.
func (r Retired) Owner() string {
	switch r.Kind {
	case KindAccount:
		return "account " + r.Account
	case KindRegion:
		return "region " + r.Region + " of account " + r.Account
	case KindVPC:
		if r.Client != "" {
			return "the VPC of client " + r.Client
		}
		return "the VPC of " + r.Account + " " + r.Region
	default:
		return "client " + r.Client
	}
}

// Over reports whether the slot may be used again.
func (r Retired) Over(today Day) bool { return today >= r.Until }

// Blocks returns the address blocks that the slot stands for: one, or for a cell
// those of the app and the data tier in VPC slot vpc. It fails for slots out of
// range.
func (r Retired) Blocks(vpc int) ([]Block, error) {
	b := Block{Kind: r.Kind, Account: r.Account, Region: r.Region, Client: r.Client}
	var err error
	switch r.Kind {
	case KindAccount:
		b.CIDR, err = AccountBlock(r.At.Account)
		return []Block{b}, err
	case KindRegion:
		b.CIDR, err = RegionBlock(r.At.Account, r.At.Region)
		return []Block{b}, err
	case KindVPC:
		v, err := NewVPC(r.At.Account, r.At.Region, r.At.VPC)
		b.CIDR, b.VPC = v.CIDR(), v.CIDR()
		return []Block{b}, err
	case KindCell:
		v, err := NewVPC(r.At.Account, r.At.Region, vpc)
		if err != nil {
			return nil, err
		}
		app, data, err := v.Cell(r.At.Cell)
		b.VPC, b.Tier, b.CIDR = v.CIDR(), App, app
		second := b
		second.Tier, second.CIDR = Data, data
		return []Block{b, second}, err
	default:
		return nil, fmt.Errorf("a %s has no slot of its own, want an account, region, vpc or cell", r.Kind)
	}
}
