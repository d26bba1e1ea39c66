import java.awt.Color;
import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Prints what works in a Java image, one line each: a name and what came of it. */
public final class Main {
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        System.out.println("version " + Runtime.version().feature());
        System.out.println("authorities " + (authorities(null).getAcceptedIssuers().length > 100));
        tls(directory);
        fonts();
        images();
        System.out.println("zone " + ZonedDateTime.of(2026, 7, 1, 12, 0, 0, 0, ZoneId.of("US/Pacific")));
        charsets();
        System.out.println("number " + String.format(Locale.GERMANY, "%,.2f", 1234567.891));
        Process child = new ProcessBuilder("/usr/bin/java", "-version").redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes());
        System.out.println("process " + child.waitFor() + " " + output.contains("OpenJDK"));
    }

    private static X509TrustManager authorities(KeyStore store) throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static void tls(Path directory) throws Exception {
        String pem = Files.readString(directory.resolve("server.pem"));
        String key = pem.replaceAll("(?s).*BEGIN PRIVATE KEY-----(.*)-----END PRIVATE KEY.*", "$1");
        PrivateKey secret = KeyFactory.getInstance("EC").generatePrivate(
            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key)));
        String certificate = pem.substring(pem.indexOf("-----BEGIN CERTIFICATE"));
        KeyStore store = emptyStore();
        store.setKeyEntry("server", secret, new char[0], new Certificate[] {read(certificate)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(keys.getKeyManagers(), null, null);
        SSLServerSocket listener = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0);
        Thread serving = new Thread(() -> {
            while (true) {
                try (SSLSocket connection = (SSLSocket) listener.accept()) {
                    connection.getOutputStream().write("hello".getBytes());
                } catch (Exception refused) {
                    // The client says why.
                }
            }
        });
        serving.setDaemon(true);
        serving.start();
        System.out.println("tls by default " + ask(SSLContext.getDefault(), listener.getLocalPort()));
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("own", read(Files.readString(directory.resolve("authority.pem"))));
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new X509TrustManager[] {authorities(trusted)}, null);
        System.out.println("tls trusted " + ask(client, listener.getLocalPort()));
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Certificate read(String pem) throws Exception {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes()));
    }

    private static String ask(SSLContext context, int port) throws Exception {
        try (SSLSocket connection = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            connection.startHandshake();
            InputStream answer = connection.getInputStream();
            return new String(answer.readNBytes(5));
        } catch (SSLHandshakeException refused) {
            return "refused";
        }
    }

    private static void fonts() {
        List<String> families = Arrays.asList(
            GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames());
        Font font = new Font("DejaVu Sans", Font.PLAIN, 20);
        System.out.println("fonts " + families.contains("DejaVu Sans") + " " + font.canDisplay('Ж'));
    }

    private static void images() throws Exception {
        BufferedImage image = new BufferedImage(80, 30, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
        graphics.drawString("Plinth", 5, 22);
        boolean drawn = Arrays.stream(image.getRGB(0, 0, 80, 30, null, 0, 80)).anyMatch(pixel -> pixel == -1);
        var grey = new ColorConvertOp(ColorSpace.getInstance(ColorSpace.CS_GRAY), null).filter(image, null);
        StringBuilder formats = new StringBuilder();
        for (String format : new String[] {"png", "jpeg"}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            boolean written = ImageIO.write(image, format, out);
            var back = ImageIO.read(new ByteArrayInputStream(out.toByteArray()));
            formats.append(written && back.getWidth() == 80).append(' ');
        }
        System.out.println("images " + drawn + " " + (grey.getWidth() == 80) + " " + formats.toString().trim());
    }

    private static void charsets() throws Exception {
        String text = "漢字 äöü";
        boolean alike = true;
        for (String name : new String[] {"GB18030", "UTF-16", "UTF-8"}) {
            alike &= new String(text.getBytes(name), name).equals(text);
        }
        alike &= new String("日本".getBytes("Shift_JIS"), "Shift_JIS").equals("日本");
        System.out.println("charsets " + Charset.defaultCharset() + " " + alike + " äöü");
    }
}
