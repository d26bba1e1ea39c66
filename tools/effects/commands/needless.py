"""Commands whose results a container does not need, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping

_BY_REASON: Mapping[str, str] = {
    "no service manager runs in an image": """
        deb-systemd-helper deb-systemd-invoke invoke-rc.d update-rc.d service systemctl runit-helper
        start-stop-daemon dbus-send initctl telinit init insserv rc-update runsv sv
        apache2_reload policy-rc.d
        restart_daemon rcconf update-service killall pkill deb-user-session-helper
    """,
    "Python compiles a module when it is imported": """
        py3compile pypy3compile pycompile py3clean pyclean pypyclean dh_python3
    """,
    "other interpreters compile when they load": """
        emacs-package-install emacs-install emacs-package-remove emacs-remove emacsen-common
        install-el compile_jed_libraries jed-reload install-guile guile-compile
        register-common-lisp-source register-common-lisp-implementation
        unregister-common-lisp-source unregister-common-lisp-implementation clc-register
        vim-addons octave-pkg-rebuild
    """,
    "menus are of a desktop that Debian has given up": """
        update-menus blend-update-menus blend-update-usermenus update-fluxbox install-menu
        update-window-manager add_wm_entry update-freedesktop-menus
    """,
    "documentation is not for running": """
        update-info-dir install-info install-docs mandb update-doc scrollkeeper-update
        rarian-sk-update dwww-index++ dwww-build update-docs dhelp_parse man
        update-doc-base
    """,
    "a container has no kernel of its own": """
        depmod modprobe update-grub grub-install grub-mkconfig dracut kernel-install
        update-initramfs
        udevadm sysctl apparmor_parser restorecon semodule setsebool update-secureboot-policy
        mokutil dkms dkms_common.postinst common.postinst linux-update-symlinks
        linux-check-removal grub-mkimage grub-mkdevicemap grub-script-check grub-bios-setup
        update-binfmts
        systemd-hwdb systemd-binfmt journalctl kmodsign insmod rmmod losetup swapon swapoff
        setupcon loadkeys setxkbmap install-keymap MAKEDEV update-flash-kernel flash-kernel
        update-u-boot zipl lilo fixfiles selinux-policy-upgrade aa-remove-unknown flashrom
        installkernel cryptsetup bootctl grub-editenv grub-mount update-extlinux camcontrol sysfs
        ipset ipmiutil fdisk linux-run-hooks linux-version efibootmgr u-boot-update getkmapchoice.pl
        semanage chcon aa-enforce aa-disable load_policy update-grub2 refind-install update-m1n1
        systemd-sysctl augenrules
    """,
    "it informs a person, and changes nothing": """
        logger notify-send update-notifier notify-reboot-required wall mesg clear reset
        sync tput update-motd update-motd-updates-available lsb_log log_daemon_msg log_end_msg
        log_action_msg log_progress_msg log_success_msg log_failure_msg log_warning_msg
        log_begin_msg log_action_begin_msg log_action_end_msg apache2_msg pause beep
    """,
    "it keeps account of configuration files, of which a first installation has only new ones": """
        ucf-purge register-conffile etckeeper
    """,
    "debconf's questions have their default answers": """
        debconf-set-selections debconf-communicate dpkg-reconfigure dpkg-preconfigure debconf
        debconf-escape debconf-apt-progress
    """,
    "AppStream's tools make their cache when it is missing": "appstreamcli",
    "it asks a server at work to do something": """
        mysqladmin mariadb-admin pg_updateaptconfig rndc gpg-connect-agent nscd cupsenable
        cupsaccept
    """,
    "manual pages are left out": """
        configure_client_version relink_postmaster_manpages
    """,
    "the locales of an image are chosen by its own rule": """
        locale-gen update-locale
    """,
    "attributes of a disk's file system are not part of an image": """
        chattr lsattr e2label tune2fs
    """,
    "passwords of system accounts are locked from the start": """
        passwd chage pwconv grpconv pwunconv shadowconfig pwck grpck
    """,
    "it looks up and prints": """
        debconf-show apt-cache dpkg-scanpackages deborphan
    """,
}

NEEDLESS: Mapping[str, str] = {
    name: reason for reason, names in _BY_REASON.items() for name in names.split()
}
"""Reasons by the name of the command."""
