import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** Does a small thing with each of the jars that the arguments name, and prints the results. */
public class Jars {
  private static final Map<String, Callable<Object>> WORK = new TreeMap<>();

  public static void main(String[] names) throws Exception {
    data();
    databases();
    documents();
    networks();
    frameworks();
    var root = org.slf4j.LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ((ch.qos.logback.classic.Logger) root).setLevel(ch.qos.logback.classic.Level.OFF);
    for (String name : names) {
      try {
        System.out.println(name + "\t" + WORK.get(name).call());
      } catch (Throwable problem) {
        System.out.println(name + "\t" + problem);
        problem.printStackTrace();
      }
    }
    System.exit(0);
  }

  public static class Point {
    public int x = 3;

    public int getX() {
      return x;
    }
  }

  private static void data() {
    WORK.put("commons-beanutils", () -> org.apache.commons.beanutils.PropertyUtils.getProperty(new Point(), "x"));
    WORK.put("commons-codec", () -> org.apache.commons.codec.digest.DigestUtils.md5Hex("hi"));
    WORK.put("commons-collections4", () -> {
      var bag = new org.apache.commons.collections4.bag.HashBag<String>(List.of("a", "a"));
      return bag.getCount("a");
    });
    WORK.put("commons-compress", () -> {
      var bytes = new ByteArrayOutputStream();
      try (var out = new org.apache.commons.compress.archivers.tar.TarArchiveOutputStream(bytes)) {
        out.putArchiveEntry(new org.apache.commons.compress.archivers.tar.TarArchiveEntry("a"));
        out.closeArchiveEntry();
      }
      return new org.apache.commons.compress.archivers.ArchiveStreamFactory()
          .createArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray())).getNextEntry().getName();
    });
    WORK.put("commons-csv", () ->
        org.apache.commons.csv.CSVFormat.DEFAULT.parse(new StringReader("a,\"b,c\"")).getRecords().get(0).get(1));
    WORK.put("commons-io", () -> org.apache.commons.io.FilenameUtils.getExtension("a/b.tar.gz"));
    WORK.put("commons-lang3", () -> org.apache.commons.lang3.StringUtils.capitalize("hello"));
    WORK.put("commons-math3", () -> new org.apache.commons.math3.fraction.Fraction(1, 3).add(new org.apache.commons.math3.fraction.Fraction(1, 6)));
    WORK.put("commons-text", () -> new org.apache.commons.text.similarity.LevenshteinDistance().apply("kitten", "sitting"));
    WORK.put("commons-validator", () -> org.apache.commons.validator.routines.EmailValidator.getInstance().isValid("a@b"));
    WORK.put("gson", () -> new com.google.gson.Gson().toJson(new Point()));
    WORK.put("guava", () -> com.google.common.hash.Hashing.murmur3_32_fixed().hashInt(7));
    WORK.put("jackson-databind", () -> new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(new Point()));
    WORK.put("jackson-core", () -> {
      var parser = new com.fasterxml.jackson.core.JsonFactory().createParser("[1.5]");
      parser.nextToken();
      return parser.nextToken();
    });
    WORK.put("joda-time", () -> new org.joda.time.DateTime(0, org.joda.time.DateTimeZone.forID("Europe/Zurich")));
    WORK.put("kryo", () -> {
      var kryo = new com.esotericsoftware.kryo.Kryo();
      var output = new com.esotericsoftware.kryo.io.Output(64);
      kryo.writeObject(output, "hi");
      return kryo.readObject(new com.esotericsoftware.kryo.io.Input(output.toBytes()), String.class);
    });
    WORK.put("lz4-java", () -> {
      var factory = net.jpountz.lz4.LZ4Factory.safeInstance();
      return new String(factory.fastDecompressor().decompress(factory.fastCompressor().compress("hi".getBytes()), 2));
    });
    WORK.put("protobuf", () -> {
      var bytes = com.google.protobuf.StringValue.of("hi").toByteArray();
      return com.google.protobuf.StringValue.parseFrom(bytes).getValue();
    });
    WORK.put("snakeyaml", () -> new org.yaml.snakeyaml.Yaml().load("{a: [1, 2]}"));
    WORK.put("trove4j", () -> new gnu.trove.list.array.TIntArrayList(new int[] {1, 2}).sum());
    WORK.put("xstream", () -> new com.thoughtworks.xstream.XStream().toXML(List.of("a").get(0)));
    WORK.put("xz", () -> {
      var bytes = new ByteArrayOutputStream();
      try (var out = new org.tukaani.xz.XZOutputStream(bytes, new org.tukaani.xz.LZMA2Options())) {
        out.write("hi".getBytes());
      }
      return new String(new org.tukaani.xz.XZInputStream(new ByteArrayInputStream(bytes.toByteArray())).readAllBytes());
    });
  }

  private static Object query(String url) throws Exception {
    try (var connection = DriverManager.getConnection(url)) {
      var result = connection.createStatement().executeQuery("values 42");
      result.next();
      return result.getInt(1);
    }
  }

  private static void databases() {
    WORK.put("commons-dbcp2", () -> {
      try (var pool = new org.apache.commons.dbcp2.BasicDataSource()) {
        pool.setUrl("jdbc:h2:mem:dbcp");
        return pool.getConnection().isValid(1);
      }
    });
    WORK.put("commons-pool2", () -> new org.apache.commons.pool2.impl.GenericObjectPoolConfig<String>().getMaxTotal());
    WORK.put("derby", () -> {
      System.setProperty("derby.stream.error.field", "java.lang.System.err");
      return query("jdbc:derby:memory:a;create=true");
    });
    WORK.put("h2", () -> query("jdbc:h2:mem:a"));
    WORK.put("HikariCP", () -> {
      var config = new com.zaxxer.hikari.HikariConfig();
      config.setJdbcUrl("jdbc:h2:mem:hikari");
      try (var pool = new com.zaxxer.hikari.HikariDataSource(config)) {
        return pool.getConnection().isValid(1);
      }
    });
    WORK.put("hsqldb", () -> query("jdbc:hsqldb:mem:a"));
    WORK.put("mariadb-java-client", () -> new org.mariadb.jdbc.Driver().acceptsURL("jdbc:mariadb://localhost/a"));
    WORK.put("postgresql", () -> org.postgresql.Driver.parseURL("jdbc:postgresql://h:1/d", null).getProperty("PGHOST"));
  }

  private static void documents() {
    WORK.put("dom4j", () -> org.dom4j.DocumentHelper.parseText("<a><b/></a>").getRootElement().elements().size());
    WORK.put("fontbox2", () -> new org.apache.fontbox.util.BoundingBox(0, 0, 2, 3).getHeight());
    WORK.put("freemarker", () -> {
      var writer = new StringWriter();
      var configuration = new freemarker.template.Configuration(freemarker.template.Configuration.VERSION_2_3_28);
      new freemarker.template.Template("a", "${1 + 2}", configuration).process(Map.of(), writer);
      return writer;
    });
    WORK.put("itext5", () -> {
      var bytes = new ByteArrayOutputStream();
      var document = new com.itextpdf.text.Document();
      com.itextpdf.text.pdf.PdfWriter.getInstance(document, bytes);
      document.open();
      document.add(new com.itextpdf.text.Paragraph("hi"));
      document.close();
      return new com.itextpdf.text.pdf.PdfReader(bytes.toByteArray()).getNumberOfPages();
    });
    WORK.put("jaxb-runtime", () -> {
      var writer = new StringWriter();
      var element = new javax.xml.bind.JAXBElement<>(new javax.xml.namespace.QName("p"), Point.class, new Point());
      var marshaller = javax.xml.bind.JAXBContext.newInstance(Point.class).createMarshaller();
      marshaller.setProperty(javax.xml.bind.Marshaller.JAXB_FRAGMENT, true);
      marshaller.marshal(element, writer);
      return writer;
    });
    WORK.put("jdom2", () -> new org.jdom2.input.SAXBuilder().build(new StringReader("<a>hi</a>")).getRootElement().getText());
    WORK.put("jsoup", () -> org.jsoup.Jsoup.parse("<p>hi").select("p").text());
    WORK.put("pdfbox2", () -> {
      try (var document = new org.apache.pdfbox.pdmodel.PDDocument()) {
        document.addPage(new org.apache.pdfbox.pdmodel.PDPage());
        var image = new org.apache.pdfbox.rendering.PDFRenderer(document).renderImage(0);
        return image.getWidth();
      }
    });
    WORK.put("poi", () -> {
      try (var book = new org.apache.poi.hssf.usermodel.HSSFWorkbook()) {
        book.createSheet("a").createRow(0).createCell(0).setCellFormula("1+2");
        book.getCreationHelper().createFormulaEvaluator().evaluateAll();
        return book.getSheet("a").getRow(0).getCell(0).getNumericCellValue();
      }
    });
    WORK.put("Saxon-HE", () -> {
      var processor = new net.sf.saxon.s9api.Processor(false);
      return processor.newXPathCompiler().evaluate("sum(1 to 10)", null);
    });
    WORK.put("velocity", () -> {
      var writer = new StringWriter();
      var engine = new org.apache.velocity.app.VelocityEngine();
      engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
      engine.evaluate(new org.apache.velocity.VelocityContext(Map.of("a", 3)), writer, "a", "$a");
      return writer;
    });
    WORK.put("woodstox-core", () -> {
      var reader = new com.ctc.wstx.stax.WstxInputFactory().createXMLStreamReader(new StringReader("<a/>"));
      reader.next();
      return reader.getLocalName();
    });
    WORK.put("xercesImpl", () -> {
      var parser = new org.apache.xerces.parsers.DOMParser();
      parser.parse(new org.xml.sax.InputSource(new StringReader("<a/>")));
      return parser.getDocument().getDocumentElement().getTagName();
    });
    WORK.put("zxing", () -> new com.google.zxing.qrcode.QRCodeWriter()
        .encode("hi", com.google.zxing.BarcodeFormat.QR_CODE, 0, 0).getWidth());
  }

  private static void networks() {
    WORK.put("bcpkix", () -> new org.bouncycastle.asn1.x500.X500Name("CN=a, O=b").getRDNs().length
        + new org.bouncycastle.openssl.PEMParser(new StringReader("-----BEGIN X-----\naGk=\n-----END X-----\n"))
            .readPemObject().getType());
    WORK.put("bcprov", () -> {
      java.security.Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
      return java.security.MessageDigest.getInstance("SHA3-256", "BC").getDigestLength();
    });
    WORK.put("commons-net", () -> new org.apache.commons.net.util.SubnetUtils("10.0.0.0/24").getInfo().getAddressCount());
    WORK.put("httpclient", () -> {
      try (var client = org.apache.http.impl.client.HttpClients.createDefault()) {
        client.execute(new org.apache.http.client.methods.HttpGet("http://localhost:1/"));
        return "";
      } catch (org.apache.http.conn.HttpHostConnectException refused) {
        return "refused";
      }
    });
    WORK.put("javax.mail", () -> {
      var message = new javax.mail.internet.MimeMessage((javax.mail.Session) null);
      message.setSubject("Grüße", "UTF-8");
      return message.getHeader("Subject")[0];
    });
    WORK.put("jetty9-server", () -> {
      var server = new org.eclipse.jetty.server.Server(0);
      server.start();
      var answer = new java.net.URL(server.getURI().toString()).openConnection();
      var status = ((java.net.HttpURLConnection) answer).getResponseCode();
      server.stop();
      return status;
    });
    WORK.put("jgit", () -> {
      var directory = Files.createTempDirectory("a");
      try (var git = org.eclipse.jgit.api.Git.init().setDirectory(directory.toFile()).call()) {
        return git.commit().setMessage("m").setAuthor("a", "b").setCommitter("a", "b").setSign(false).call().getParentCount();
      }
    });
    WORK.put("jsch", () -> com.jcraft.jsch.KeyPair.genKeyPair(new com.jcraft.jsch.JSch(), com.jcraft.jsch.KeyPair.RSA, 2048).getKeySize());
    WORK.put("netty", () -> {
      var group = new io.netty.channel.nio.NioEventLoopGroup(1);
      var handler = new io.netty.channel.ChannelInboundHandlerAdapter();
      var channel = new io.netty.bootstrap.ServerBootstrap().group(group)
          .channel(io.netty.channel.socket.nio.NioServerSocketChannel.class).childHandler(handler).bind("127.0.0.1", 0).sync().channel();
      var active = channel.isActive();
      channel.close().sync();
      group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
      return active;
    });
  }

  public static class Options {
    @com.beust.jcommander.Parameter(names = "--jcommander")
    public int jcommander;

    @picocli.CommandLine.Option(names = "--picocli")
    public int picocli;
  }

  private static void frameworks() {
    WORK.put("antlr4-runtime", () -> org.antlr.v4.runtime.CharStreams.fromString("hi").size());
    WORK.put("asm", () -> {
      var writer = new org.objectweb.asm.ClassWriter(0);
      writer.visit(org.objectweb.asm.Opcodes.V17, 1, "A", null, "java/lang/Object", null);
      return new org.objectweb.asm.ClassReader(writer.toByteArray()).getClassName();
    });
    WORK.put("assertj-core", () -> org.assertj.core.api.Assertions.assertThat(3).isEqualTo(3) != null);
    WORK.put("byte-buddy", () -> new net.bytebuddy.ByteBuddy(net.bytebuddy.ClassFileVersion.JAVA_V17)
        .subclass(Object.class).method(net.bytebuddy.matcher.ElementMatchers.named("toString"))
        .intercept(net.bytebuddy.implementation.FixedValue.value("made")).make()
        .load(Jars.class.getClassLoader()).getLoaded().getDeclaredConstructor().newInstance());
    WORK.put("commons-cli", () -> new org.apache.commons.cli.DefaultParser()
        .parse(new org.apache.commons.cli.Options().addOption("a", true, ""), new String[] {"-a", "3"}).getOptionValue("a"));
    WORK.put("disruptor", () -> com.lmax.disruptor.RingBuffer.createSingleProducer(Point::new, 8).getBufferSize());
    WORK.put("jansi", () -> org.fusesource.jansi.Ansi.ansi().bold().a("x").toString().length());
    WORK.put("javassist", () -> javassist.ClassPool.getDefault().makeClass("B").toBytecode().length > 50);
    WORK.put("jcommander", () -> {
      var options = new Options();
      com.beust.jcommander.JCommander.newBuilder().addObject(options).build().parse("--jcommander", "3");
      return options.jcommander;
    });
    WORK.put("joptsimple", () -> new joptsimple.OptionParser("a:").parse("-a", "3").valueOf("a"));
    WORK.put("log4j-core", () -> {
      org.apache.logging.log4j.core.config.Configurator.setRootLevel(org.apache.logging.log4j.Level.INFO);
      return org.apache.logging.log4j.LogManager.getLogger("a").isInfoEnabled();
    });
    WORK.put("logback-classic", () -> {
      var context = new ch.qos.logback.classic.LoggerContext();
      return context.getLogger("a").getEffectiveLevel();
    });
    WORK.put("objenesis", () -> new org.objenesis.ObjenesisStd().newInstance(Point.class).x);
    WORK.put("picocli", () -> picocli.CommandLine.populateCommand(new Options(), "--picocli=3").picocli);
    WORK.put("rhino", () -> org.mozilla.javascript.Context.enter().evaluateString(
        org.mozilla.javascript.Context.getCurrentContext().initStandardObjects(), "[1, 2].map(x => x * 2).join()", "a", 1, null));
    WORK.put("slf4j-api", () -> org.slf4j.helpers.MessageFormatter.format("a {}", 3).getMessage());
    WORK.put("spring-context", () -> {
      var context = new org.springframework.context.support.StaticApplicationContext();
      context.registerSingleton("point", Point.class);
      return context.getBean(Point.class).getX();
    });
  }
}
