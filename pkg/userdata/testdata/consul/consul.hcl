# Rendered from the configuration of the stack. What differs between servers, and
# what is secret, is in other files of this directory.

server             = true
bootstrap_expect   = 3
datacenter         = "us-east-1"
data_dir           = "/opt/consul"
bind_addr          = "{{ GetPrivateIP }}"
client_addr        = "0.0.0.0"
retry_join         = ["provider=aws region=us-east-1 tag_key=cellworks-join tag_value=ops-us-east-1-consul addr_type=private_v4"]
retry_interval     = "10s"
rejoin_after_leave = true
leave_on_terminate = true

disable_update_check = true
ui_config {
  enabled = true
}

ports {
  http     = -1
  https    = 8501
  grpc     = -1
  grpc_tls = 8503
  dns      = 8600
  server   = 8300
  serf_lan = 8301
  serf_wan = -1
}

encrypt_verify_incoming = true
encrypt_verify_outgoing = true

tls {
  defaults {
    ca_file         = "/etc/consul.d/tls/ca.pem"
    cert_file       = "/etc/consul.d/tls/server.pem"
    key_file        = "/etc/consul.d/tls/server-key.pem"
    tls_min_version = "TLSv1_2"
    verify_incoming = true
    verify_outgoing = true
  }
  # Callers of the API and proxies prove who they are with a token.
  https {
    verify_incoming = false
  }
  grpc {
    verify_incoming = false
  }
  internal_rpc {
    verify_server_hostname = true
  }
}

# Client agents get their certificates from the servers.
auto_encrypt {
  allow_tls = true
}

acl {
  enabled                  = true
  default_policy           = "deny"
  down_policy              = "extend-cache"
  enable_token_persistence = true
}

# A server that died is forgotten as soon as its replacement has joined.
autopilot {
  cleanup_dead_servers      = true
  last_contact_threshold    = "200ms"
  server_stabilization_time = "10s"
  min_quorum                = 3
}

performance {
  raft_multiplier = 1
}

telemetry {
  disable_hostname          = true
  prometheus_retention_time = "60s"
}

log_level            = "INFO"
log_json             = true
log_file             = "/var/log/consul/consul.log"
log_rotate_bytes     = 104857600
log_rotate_max_files = 5
