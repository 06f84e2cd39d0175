// The one configuration file: addresses and folders. Everything else is a setting in the database.
#pragma once

#include <string>

namespace mnara::app {

struct Config
{
    std::string data_dir;   // mnara.db and secret.key
    std::string radius_dir; // radius.db and accounting.secret; setgid for FreeRADIUS
    std::string radius_log; // the reason log FreeRADIUS writes
    std::string http_listen = "127.0.0.1:8080";
    std::string https_listen;    // empty: HTTPS is not served
    std::string tls_certificate; // PEM files of the owner; empty: the box's own certificate
    std::string tls_key;
    // A proxy that adds whom it asks for to X-Forwarded-For; empty: every peer asks for itself.
    std::string trusted_proxy;
    std::string http_callbacks = "no"; // yes: providers' messages are taken over plain HTTP too
    std::string ca_file = "/etc/ssl/certs/ca-certificates.crt"; // whom we trust when we call others
    // What callback addresses and sign-in links begin with; default: https_listen, else
    // http_listen.
    std::string public_url;
    std::string accounting_listen = "127.0.0.1:18130";
    std::string coa_source; // address CoA is sent from; empty: the system chooses
};

// Lines "key = value", '#' begins a comment; relative folders are relative to the file's own.
// Throws std::runtime_error that names file, line and what to do.
[[nodiscard]] Config read_config(const std::string& path);

} // namespace mnara::app
