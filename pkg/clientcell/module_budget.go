package clientcell

import "cellworks/pkg/clientcell/budget"

func (c *Cell) addBudget(s *site) (err error) {
	c.Budget, err = budget.New(s.ctx, s.name, budget.Args{
		Client:    s.Config.Client,
		AccountID: s.Config.Account.ID,
		TopicARN:  s.Base.AlertTopicARN,
		Config:    s.Config.Budget,
	}, s.child)
	return err
}
